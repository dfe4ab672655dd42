"""What a researcher hands in: a manifest with tiny real clips and sounds."""

import csv
import functools
import io
import math
import struct
import wave
import zipfile
from collections.abc import Sequence

from tests.worlds import tiny_mp4

COLUMNS = ("clip", "category", "system", "path", "seed", "checkpoint", "note")


@functools.cache
def tone_wav(hertz: int, seconds: float = 1.0) -> bytes:
    """A sine of one second, 16 bit mono at 16 kHz."""
    rate = 16_000
    samples = [
        round(8000 * math.sin(2 * math.pi * hertz * n / rate))
        for n in range(round(rate * seconds))
    ]
    sink = io.BytesIO()
    with wave.open(sink, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return sink.getvalue()


def files(*, categories: int = 2, clips: int = 2) -> dict[str, bytes]:
    """A manifest and its files by name: real videos, two systems' sounds."""
    found: dict[str, bytes] = {}
    rows: list[tuple[str, ...]] = []
    for c in range(categories):
        for k in range(clips):
            name = f"{('dog', 'drum', 'rail')[c]}-{k}"
            pitch = 300 + 100 * c + 20 * k
            found[f"real/{name}.mp4"] = tiny_mp4(1.0, pitch)
            rows.append((name, name[:-2], "real", f"real/{name}.mp4", "", "", ""))
            for system, shift in (("frame", 40), ("flow", 90)):
                path = f"{system}/{name}.wav"
                found[path] = tone_wav(pitch + shift)
                rows.append((name, name[:-2], system, path, "7", "epoch-3", ""))
    found["manifest.csv"] = manifest(rows)
    return found


def manifest(rows: Sequence[tuple[str, ...]]) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return sink.getvalue().encode()


def zipped(content: dict[str, bytes]) -> bytes:
    """All of it in one .zip."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return sink.getvalue()
