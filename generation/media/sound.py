"""Sounds as samples: read from any file, written as WAV."""

import os
import tempfile
import wave
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.files import drafted
from generation.media import gateway
from generation.media.errors import MediaError
from generation.media.probe import MAX_SECONDS
from generation.media.streams import declare

_BATCH = 16


@dataclass(frozen=True, slots=True)
class Sound:
    """One channel: `samples` float32 (samples,), full scale 1, at `rate` Hz."""

    samples: NDArray[np.float32]
    rate: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.samples) / self.rate


def read_sounds(paths: Sequence[Path], *, timeout: float = 120.0) -> list[Sound]:
    """The sound of each file of `paths`: channels averaged, at the file's own rate.

    Sixteen files at a time are read by one run of ffmpeg, bounded by `timeout` in
    seconds. Raises MediaError naming the file that cannot be read or has no sound.
    """
    distinct = list(dict.fromkeys(paths))
    batches = [distinct[at : at + _BATCH] for at in range(0, len(distinct), _BATCH)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        read = pool.map(lambda batch: _read_batch(batch, timeout), batches)
        sounds = dict(zip(distinct, (s for batch in read for s in batch), strict=True))
    return [sounds[path] for path in paths]


def write_wav(path: Path, sound: Sound) -> None:
    """Write `sound` to `path` as 16-bit WAV, clipped at full scale, in one move.

    Raises StorageError.
    """
    whole = np.clip(np.rint(sound.samples * 32767.0), -32768, 32767).astype("<i2")
    with (
        drafted(path) as draft,
        draft.open("wb") as target,
        wave.open(target, "wb") as file,
    ):
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes(whole.tobytes())


def _read_batch(paths: Sequence[Path], timeout: float) -> list[Sound]:
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.wav" for number in range(len(paths))]
        outputs = [
            _waveform(path, file, timeout)
            for path, file in zip(paths, files, strict=True)
        ]
        gateway.run(outputs, timeout=timeout)
        return [_read_wav(file) for file in files]


def _waveform(path: Path, file: Path, timeout: float) -> gateway.Stream:
    audio = declare(path, timeout=timeout).audio
    if audio is None:
        raise MediaError(f"{path.name}: no audio stream; give a file that has one")
    return gateway.target(
        [
            gateway.source(path)[str(audio["index"])]
            .filter("aresample", **{"async": 1}, first_pts=0, rematrix_maxval=1.0)
            .filter("aformat", sample_fmts="s16", channel_layouts="mono")
        ],
        file,
        format="wav",
        t=MAX_SECONDS,
        fflags="+bitexact",
    )


def _read_wav(path: Path) -> Sound:
    with wave.open(str(path), "rb") as file:
        data = file.readframes(file.getnframes())
        rate = file.getframerate()
    return Sound(np.frombuffer(data, dtype="<i2").astype(np.float32) / 32768.0, rate)
