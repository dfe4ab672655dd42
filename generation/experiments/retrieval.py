"""The upper bound of the paper: real sounds, put together by what they sound like.

Zhou et al. take the cochleagram of a test clip's own sound, look up the most similar
pieces of training sound of the category, and join them (Visual to Sound, arXiv
1712.01393). What comes out is as good as real sound cut in pieces of two seconds can
fit, with the answer known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from generation.clip import DEMO, REAL, ClipRecord
from generation.experiments.cochleagram import (
    BANDS,
    FRAMES_PER_SECOND,
    RATE,
    Cochleagram,
    cochleagram,
)
from generation.experiments.rows import ExperimentError, merged, of_system, rows_of
from generation.experiments.spectra import Wave, at_rate
from generation.files import file_stem, remove_drafts, require_folder
from generation.manifest import write_manifest
from generation.media import Sound, read_sounds, write_wav

RETRIEVAL = "retrieval"
WINDOW_SECONDS = 2
FADE_SECONDS = 0.01

_FRAMES = WINDOW_SECONDS * FRAMES_PER_SECOND
_SAMPLES = WINDOW_SECONDS * RATE
_BATCH = 32
_BLOCK = 2048  # windows of the database compared at once: 120 MB as float64


@dataclass(frozen=True, slots=True)
class Piece:
    """Two seconds, or what is left at a clip's end: whose, which, and its distance.

    `distance` is the mean absolute difference of a cochleagram's value.
    """

    clip: str
    window: int
    distance: float


@dataclass(frozen=True, slots=True)
class Database:
    """Windows of training sound, every 2 s from a clip's start.

    windows: (window, 180, 42), float32, zeros past `frames`
    frames: (window,), how many frames each has: 180 but at the ends of clips
    owners: for each window its clip and its number there
    """

    windows: NDArray[np.float32]
    frames: NDArray[np.int64]
    owners: tuple[tuple[str, int], ...]


def build_database(sounds: Iterable[tuple[str, Wave]]) -> Database:
    """The windows of training clips, each given by its name and sound at 16 kHz."""
    windows, frames, owners = [], [], []
    for clip, wave in sounds:
        for number, window in enumerate(_windows(cochleagram(wave))):
            windows.append(np.pad(window, ((0, _FRAMES - len(window)), (0, 0))))
            frames.append(len(window))
            owners.append((clip, number))
    stacked = np.array(windows, dtype=np.float32).reshape(-1, _FRAMES, BANDS)
    return Database(stacked, np.array(frames, dtype=np.int64), tuple(owners))


def nearest_pieces(
    wave: Wave, database: Database, *, without: str | None = None
) -> tuple[Piece, ...]:
    """For every 2 s of `wave`, at 16 kHz, the window of `database` nearest in L1.

    A shorter rest is compared with the beginnings of windows at least as long. The
    clip named `without` is left out. Of equals the first wins. Raises ExperimentError
    when nothing is left to take.
    """
    allowed = np.array([clip != without for clip, _ in database.owners], dtype=bool)
    pieces = []
    for window in _windows(cochleagram(wave)):
        fit = np.flatnonzero(allowed & (database.frames >= len(window)))
        if not len(fit):
            raise ExperimentError(
                f"no training sound of {len(window) / FRAMES_PER_SECOND:.2f} s to "
                "take; give more training clips"
            )
        far = _distances(window, database.windows, fit)
        best = int(np.argmin(far))
        clip, number = database.owners[fit[best]]
        pieces.append(Piece(clip, number, float(far[best])))
    return tuple(pieces)


def joined(
    pieces: Sequence[Piece], sounds: Mapping[str, Wave], *, samples: int
) -> Wave:
    """The pieces one after another, (samples,), faded into each other over 10 ms.

    `sounds` are the training sounds at 16 kHz by clip. The fades are straight lines
    that sum to 1, so that pieces of one clip in its own order give it back unchanged.
    """
    out = np.zeros(samples)
    half = round(FADE_SECONDS * RATE / 2)
    ramp = (np.arange(2 * half) + 0.5) / (2 * half)
    for number, piece in enumerate(pieces):
        start = number * _SAMPLES
        stop = min(start + _SAMPLES, samples)
        source = piece.window * _SAMPLES
        before = half if number else 0
        after = half if number + 1 < len(pieces) else 0
        part = _cut(sounds[piece.clip], source - before, source + stop - start + after)
        if before:
            part[: 2 * half] *= ramp[: len(part)]
        if after:
            part[-2 * half :] *= ramp[::-1][-len(part) :]
        end = min(stop + after, samples)
        out[start - before : end] += part[: end - (start - before)]
    return out


def add_retrieval(manifest: Path, out: Path, *, training: Path | None = None) -> Path:
    """Write the upper bound's sounds below `out`, and a manifest with it added.

    Real sounds of `training` are the database, category by category; without it those
    of `manifest` itself, each clip's own left out. The new `out`/manifest.csv has the
    rows of `manifest` and the system `retrieval`. Raises ExperimentError for faults
    of a manifest or a category without training clips, MediaError for unreadable files.
    """
    require_folder(out)
    remove_drafts([out, out / RETRIEVAL])
    given = rows_of(manifest)
    real = of_system(given, REAL)
    bank = real if training is None else of_system(rows_of(training), REAL)
    own = training is None
    made: list[ClipRecord] = []
    for category in dict.fromkeys(row.category for row in real.values()):
        rows = [row for row in bank.values() if row.category == category]
        if len(rows) < 1 + own:
            raise ExperimentError(
                f"{category}: {len(rows)} clips to retrieve from; give training clips"
            )
        sounds = _read(rows)
        database = build_database(sounds.items())
        wanted = [row for row in real.values() if row.category == category]
        queries = sounds if own else _read(wanted)
        for row in wanted:
            wave = queries[row.clip]
            pieces = nearest_pieces(wave, database, without=row.clip if own else None)
            sound = joined(pieces, sounds, samples=len(wave))
            made.append(_stored(row, pieces, sound, out))
    extended = out / "manifest.csv"
    write_manifest(merged(given, made), extended)
    return extended


def _windows(whole: Cochleagram) -> list[Cochleagram]:
    return [whole[at : at + _FRAMES] for at in range(0, len(whole), _FRAMES)]


def _distances(
    window: Cochleagram, windows: NDArray[np.float32], fit: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Mean absolute differences of `window` from the `fit` of the windows, (fit,)."""
    size = window.size
    query = window.reshape(1, size)  # (1, frame * band)
    parts = []
    for at in range(0, len(fit), _BLOCK):
        block = windows[fit[at : at + _BLOCK], : len(window)]
        parts.append(cdist(query, block.reshape(len(block), size), "cityblock")[0])
    return np.concatenate(parts) / size


def _cut(wave: Wave, start: int, stop: int) -> Wave:
    """Samples `start` to `stop` of `wave`, zeros where it has none."""
    out = np.zeros(stop - start)
    first, last = max(start, 0), min(stop, len(wave))
    if last > first:
        out[first - start : last - start] = wave[first:last]
    return out


def _read(rows: Sequence[ClipRecord]) -> dict[str, Wave]:
    waves: dict[str, Wave] = {}
    for at in range(0, len(rows), _BATCH):
        batch = rows[at : at + _BATCH]
        for row, sound in zip(batch, read_sounds([r.path for r in batch]), strict=True):
            waves[row.clip] = at_rate(sound, RATE)
    return waves


def _stored(
    row: ClipRecord, pieces: Sequence[Piece], wave: Wave, out: Path
) -> ClipRecord:
    path = out / RETRIEVAL / f"{file_stem(row.clip)}.wav"
    write_wav(path, Sound(np.clip(wave, -1, 1).astype(np.float32), RATE))
    parts = [f"{piece.clip}@{piece.window * WINDOW_SECONDS}s" for piece in pieces]
    how = "from " + ", ".join(dict.fromkeys(parts))
    note = f"{DEMO}; {how}" if row.is_demo else how
    return replace(
        row, system=RETRIEVAL, path=path, seed=None, checkpoint="", note=note
    )
