"""Two systems that need no network, to give any study its candidates.

`envelope_noise` follows the loudness of the clip's own sound and nothing else;
`other_clip` is a real sound that belongs to another clip. The first says what bare
synchrony is worth to raters, the second what realism is worth without it.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from generation.clip import ClipRecord
from generation.files import file_stem, remove_drafts, require_folder
from generation.manifest import read_manifest, write_manifest
from generation.media import MediaError, Sound, read_sounds, write_wav

ENVELOPE_NOISE = "envelope_noise"
OTHER_CLIP = "other_clip"

_ENVELOPE_RATE = 50  # per second: finer than the eye, coarser than a pitch


class BaselineError(ValueError):
    """A manifest that no baselines can be made for; the message lists why."""


def add_baselines(manifest: Path, out: Path, *, seed: int) -> Path:
    """Write both baselines' sounds below `out` and a manifest with them added to it.

    Reads the real rows of `manifest`; the new `out`/manifest.csv holds its rows and
    two more per clip (`other_clip` only where there are two clips or more). Rows of the
    baselines that it has already are made anew. The same inputs and seed give the same
    bytes. Raises BaselineError listing the manifest's faults, MediaError naming a file
    whose sound cannot be read.
    """
    require_folder(out)
    remove_drafts([out, *(out / name for name in (ENVELOPE_NOISE, OTHER_CLIP))])
    reading = read_manifest(manifest, allow_outside=True)
    if reading.faults:
        lines = "\n".join(str(fault) for fault in reading.faults)
        raise BaselineError(f"{manifest.name} has faults:\n{lines}")
    given = [r for r in reading.records if r.system not in (ENVELOPE_NOISE, OTHER_CLIP)]
    real = [record for record in given if record.is_real]
    sounds = read_sounds([record.path for record in real])
    made: list[ClipRecord] = []
    others = _pair(real, seed=seed)
    for number, (record, sound) in enumerate(zip(real, sounds, strict=True)):
        if not len(sound.samples):
            raise MediaError(
                f"{record.path.name}: no sound decodes; get the whole file"
            )
        rng = np.random.default_rng([seed, crc32(record.clip.encode())])
        noisy = envelope_noise(sound, rng)
        made.append(_stored(record, ENVELOPE_NOISE, noisy, out, seed, ""))
        if (other := others.get(number)) is not None:
            borrowed = fitted(sounds[other], seconds=sound.seconds)
            source = f"sound of {real[other].clip}"
            made.append(_stored(record, OTHER_CLIP, borrowed, out, seed, source))
    extended = out / "manifest.csv"
    write_manifest(_grouped(given, made), extended)
    return extended


def envelope_noise(sound: Sound, rng: np.random.Generator) -> Sound:
    """Noise with the long-term loudness curve of `sound`, flat in its band."""
    step = max(1, sound.rate // _ENVELOPE_RATE)
    count = -(-len(sound.samples) // step)
    padded = np.pad(
        sound.samples.astype(np.float64), (0, count * step - len(sound.samples))
    )
    levels = np.sqrt(np.square(padded.reshape(count, step)).mean(axis=1))
    centers = (np.arange(count) + 0.5) * step
    curve = np.interp(np.arange(len(sound.samples)), centers, levels)
    noise = rng.standard_normal(len(sound.samples)) * curve
    return Sound(_unclipped(noise), sound.rate)


def fitted(sound: Sound, *, seconds: float) -> Sound:
    """`sound` cut, or repeated from its start, to `seconds`."""
    length = round(seconds * sound.rate)
    return Sound(np.resize(sound.samples, length), sound.rate)


def _unclipped(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    peak = float(np.abs(samples).max(initial=0.0))
    scaled = samples * (0.9 / peak) if peak > 0.9 else samples
    return scaled.astype(np.float32)


def _pair(real: Sequence[ClipRecord], *, seed: int) -> dict[int, int]:
    """For each clip the number of another: of its category where that has two."""
    rng = np.random.default_rng([seed, crc32(OTHER_CLIP.encode())])
    by_category: dict[str, list[int]] = {}
    for number, record in enumerate(real):
        by_category.setdefault(record.category, []).append(number)
    pairs: dict[int, int] = {}
    lonely: list[int] = []
    for members in by_category.values():
        if len(members) == 1:
            lonely += members
        else:
            pairs |= _ring(members, rng)
    for number in lonely:
        rest = [other for other in range(len(real)) if other != number]
        if rest:
            pairs[number] = int(rng.choice(rest))
    return pairs


def _ring(members: Sequence[int], rng: np.random.Generator) -> dict[int, int]:
    """Everyone gets the next one's sound in a random circle: nobody their own."""
    order = [int(member) for member in rng.permutation(members)]
    return dict(zip(order, [*order[1:], order[0]], strict=True))


def _stored(
    record: ClipRecord, system: str, sound: Sound, out: Path, seed: int, how: str
) -> ClipRecord:
    path = out / system / f"{file_stem(record.clip)}.wav"
    write_wav(path, sound)
    demo = record.note if record.is_demo else ""
    return replace(
        record,
        system=system,
        path=path,
        seed=seed,
        checkpoint="",
        note="; ".join(part for part in (demo, how) if part),
    )


def _grouped(
    given: Sequence[ClipRecord], made: Sequence[ClipRecord]
) -> list[ClipRecord]:
    """The rows clip by clip, in the order the clips first came."""
    order = list(dict.fromkeys(record.clip for record in given))
    rows: dict[str, list[ClipRecord]] = {clip: [] for clip in order}
    for record in (*given, *made):
        rows[record.clip].append(record)
    return [record for clip in order for record in rows[clip]]
