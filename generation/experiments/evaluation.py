"""Systems judged by measurement: every metric that needs no trained weights.

A candidate is compared with the clip's own sound over the time both last. Every system
is measured a second time with its sounds dealt out to other clips of the category: a
metric of synchrony that comes out the same says nothing about synchrony.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from generation.clip import REAL, ClipRecord
from generation.experiments.hearing import Hearing, hear
from generation.experiments.metrics import METRICS, Value, measure
from generation.experiments.onsets import Onsets
from generation.experiments.rows import ExperimentError, of_system, wanted_systems
from generation.experiments.truth import detected_note, is_untold
from generation.media import read_sounds

AVERAGE = "Average"
POOLED = "All clips"
SHUFFLED = "shuffled"
SHIFTS = 10
"""Most ways in which a category's sounds are dealt out to other clips."""

_BATCH = 16
_REGRESSION_ONLY = (
    "frechet and mmd rest on log-mel statistics: regression tracking only, not "
    "comparable with published distances."
)

Pair = tuple[Hearing, Hearing]
Truth = Callable[[ClipRecord], Sequence[float] | None]


@dataclass(frozen=True, slots=True)
class Row:
    """What one system reaches in one category: `values` by the metric's name.

    `clips` are those it has a sound for; `control` is "" for a system under test,
    "shuffled" for sounds dealt out to other clips, "declared" where the caller says
    that the system is one; `seconds` is the mean time compared.
    """

    category: str
    system: str
    control: str
    clips: int
    seconds: float
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Rows category by category, then their average, then all clips as one set."""

    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics, in order."""
        return METRICS


def evaluate(
    rows: Sequence[ClipRecord],
    *,
    systems: Sequence[str] = (),
    controls: Sequence[str] = (),
    truth: Truth | None = None,
    seed: int = 0,
) -> Evaluation:
    """Measure `systems` (all that `rows` have unless named) against the real sounds.

    `controls` are systems that should do badly, such as an untrained net. `truth` may
    know a real row's onsets in seconds (None: they are detected). `seed` deals the
    sounds out. Rows may come in any order. Raises ExperimentError for a system that
    has no rows, MediaError for a file that cannot be read.
    """
    wanted = wanted_systems(rows, systems)
    wanted_systems(rows, controls)
    wanted = tuple(dict.fromkeys((*wanted, *controls)))
    ordered = sorted(rows, key=lambda row: (row.category, row.clip))
    heard = _heard([row for row in ordered if row.is_real or row.system in wanted])
    heard |= _told(heard, ordered, truth)
    real = of_system(ordered, REAL)
    categories = tuple(dict.fromkeys(row.category for row in real.values()))
    table: list[Row] = []
    for system in (*wanted, REAL):
        pairs = {
            category: [
                (heard[clip, REAL], heard[clip, system])
                for clip in of_system(ordered, system)
                if clip in real and real[clip].category == category
            ]
            for category in categories
        }
        if system != REAL:
            kind = "declared" if system in controls else ""
            table += _measured(system, kind, pairs)
        table += _dealt(system, pairs, seed=seed)
    notes = _labels(ordered, wanted) + _notes(table, categories, real)
    notes += _untold(ordered, truth)
    return Evaluation(_in_order(table, categories), notes)


def _measured(
    system: str, control: str, pairs: Mapping[str, Sequence[Pair]]
) -> list[Row]:
    """A row for each category that has pairs, their average, and all of them."""
    cells = [_row(name, system, control, own) for name, own in pairs.items() if own]
    if not cells:
        return []
    together = [pair for own in pairs.values() for pair in own]
    return [
        *cells,
        _average(system, control, cells),
        _row(POOLED, system, control, together),
    ]


def _dealt(system: str, pairs: Mapping[str, Sequence[Pair]], *, seed: int) -> list[Row]:
    """The same with sounds dealt out within categories, and their average.

    Across categories where none has two clips.
    """
    shifts = {name: _shifts(own, seed=seed, name=name) for name, own in pairs.items()}
    rows = [_shuffled(name, system, found) for name, found in shifts.items() if found]
    if rows:
        return [*rows, _average(system, SHUFFLED, rows)]
    together = [pair for own in pairs.values() for pair in own]
    across = _shifts(together, seed=seed, name=POOLED)
    return [_shuffled(POOLED, system, across)] if across else []


def _heard(rows: Sequence[ClipRecord]) -> dict[tuple[str, str], Hearing]:
    heard: dict[tuple[str, str], Hearing] = {}
    with ThreadPoolExecutor(2) as pool:
        for at in range(0, len(rows), _BATCH):
            batch = rows[at : at + _BATCH]
            sounds = read_sounds([row.path for row in batch])
            for row, sound in zip(batch, sounds, strict=True):
                if not len(sound.samples):
                    raise ExperimentError(
                        f"{row.path.name}: no sound in it; make it anew"
                    )
            for row, hearing in zip(batch, pool.map(hear, sounds), strict=True):
                heard[row.clip, REAL if row.is_real else row.system] = hearing
    return heard


def _told(
    heard: Mapping[tuple[str, str], Hearing],
    rows: Iterable[ClipRecord],
    truth: Truth | None,
) -> dict[tuple[str, str], Hearing]:
    """The real hearings whose onsets are known, with those in place."""
    told: dict[tuple[str, str], Hearing] = {}
    for row in rows if truth else ():
        times = truth(row) if truth and row.is_real else None
        if times is not None:
            key = (row.clip, REAL)
            told[key] = replace(heard[key], onsets=Onsets.known(times))
    return told


def _row(category: str, system: str, control: str, pairs: Sequence[Pair]) -> Row:
    seconds = [min(a.seconds, b.seconds) for a, b in pairs]
    return Row(
        category=category,
        system=system,
        control=control,
        clips=len(pairs),
        seconds=float(np.mean(seconds)),
        values=measure(pairs, sets=control != SHUFFLED),
    )


def _shifts(pairs: Sequence[Pair], *, seed: int, name: str) -> list[list[Pair]]:
    """The same references, each with another clip's candidate, in several ways."""
    count = len(pairs)
    rng = np.random.default_rng([seed, crc32(name.encode())])
    order = [pairs[at] for at in rng.permutation(count)]
    steps = rng.permutation(np.arange(1, max(count, 1)))[:SHIFTS].tolist()
    return [
        [(order[n][0], order[(n + step) % count][1]) for n in range(count)]
        for step in steps
    ]


def _shuffled(category: str, system: str, shifts: Sequence[Sequence[Pair]]) -> Row:
    """The mean over the shifts; sets as wholes do not change, so no distances."""
    rows = [_row(category, system, SHUFFLED, pairs) for pairs in shifts]
    mean = _average(system, SHUFFLED, rows)
    values = {
        name: Value(value.value, -(-value.clips // len(rows)))
        for name, value in mean.values.items()
    }
    return replace(mean, category=category, clips=rows[0].clips, values=values)


def _average(system: str, control: str, rows: Sequence[Row]) -> Row:
    """The mean over rows, equal weights, of those in which a metric is defined."""
    values: dict[str, Value] = {}
    for name in METRICS:
        known = [
            (row.values[name].value, row.values[name].clips)
            for row in rows
            if row.values[name].value is not None
        ]
        mean = float(np.mean([value for value, _ in known])) if known else None
        values[name] = Value(mean, sum(clips for _, clips in known))
    return Row(
        category=AVERAGE,
        system=system,
        control=control,
        clips=sum(row.clips for row in rows),
        seconds=float(np.mean([row.seconds for row in rows])),
        values=values,
    )


def _in_order(rows: Sequence[Row], categories: Sequence[str]) -> tuple[Row, ...]:
    places = {name: at for at, name in enumerate((*categories, AVERAGE, POOLED))}
    kinds = {"": 0, "declared": 1, SHUFFLED: 2}
    return tuple(sorted(rows, key=lambda r: (places[r.category], kinds[r.control])))


def _labels(rows: Iterable[ClipRecord], systems: Sequence[str]) -> tuple[str, ...]:
    """What the numbers must not be taken for: demo clips, nets tried out."""
    demo = {REAL if row.is_real else row.system for row in rows if row.is_demo}
    tried = [name for name in systems if name in demo]
    if REAL in demo:
        return ("DEMO: synthetic clips; the numbers say nothing about real ones.",)
    if tried:
        return (f"DEMO: for trying only, not a result: {', '.join(tried)}.",)
    return ()


def _untold(rows: Iterable[ClipRecord], truth: Truth | None) -> tuple[str, ...]:
    lacking = [
        row.path
        for row in rows
        if truth and row.is_real and truth(row) is None and is_untold(row.path)
    ]
    return detected_note(lacking)


def _notes(
    rows: Sequence[Row], categories: Sequence[str], real: Mapping[str, ClipRecord]
) -> tuple[str, ...]:
    notes = [_REGRESSION_ONLY]
    alone = [
        category
        for category in categories
        if sum(row.category == category for row in real.values()) < 2
    ]
    if alone:
        every = len(alone) == len(categories) > 1
        how = "shuffled across categories" if every else "no shuffled control"
        notes.append(f"One clip only, so {how}: {', '.join(alone)}.")
    short = sorted({f"{r.system} in {r.category}" for r in rows if r.seconds < 1})
    if short:
        notes.append(f"Less than a second compared on average: {', '.join(short)}.")
    fewer = [
        f"{row.system} ({row.clips})"
        for row in rows
        if row.category == POOLED and not row.control and row.clips < len(real)
    ]
    if fewer:
        notes.append(f"Not all {len(real)} clips have a sound: {', '.join(fewer)}.")
    return tuple(notes)
