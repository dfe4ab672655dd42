"""Manifest rows as experiments use them: by system, or with a system added."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from generation.clip import REAL, ClipRecord
from generation.manifest import read_manifest


class ExperimentError(ValueError):
    """Input that an experiment cannot be made from; the message says what to do."""


def rows_of(manifest: Path) -> tuple[ClipRecord, ...]:
    """The rows of `manifest`; files may lie outside its folder.

    Raises ExperimentError listing its faults.
    """
    reading = read_manifest(manifest, allow_outside=True)
    if reading.faults:
        lines = "\n".join(str(fault) for fault in reading.faults)
        raise ExperimentError(f"{manifest.name} has faults:\n{lines}")
    return reading.records


def systems_of(rows: Iterable[ClipRecord]) -> tuple[str, ...]:
    """The systems in the order they first come, the real sounds left out."""
    return tuple(dict.fromkeys(row.system for row in rows if not row.is_real))


def wanted_systems(
    rows: Sequence[ClipRecord], systems: Sequence[str]
) -> tuple[str, ...]:
    """The systems named, or all. Raises ExperimentError for one that is not there."""
    known = systems_of(rows)
    for name in systems:
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise ExperimentError(f"no sounds of {name!r}; there are {there}")
    return tuple(systems) or known


def of_system(rows: Iterable[ClipRecord], system: str) -> dict[str, ClipRecord]:
    """The rows of one system by clip; `real` finds the clips' own sounds."""
    return {
        row.clip: row
        for row in rows
        if row.system == system or (row.is_real and system == REAL)
    }


def merged(given: Iterable[ClipRecord], made: Sequence[ClipRecord]) -> list[ClipRecord]:
    """`given` with `made`, clip by clip; rows of a system that was made anew go."""
    anew = {row.system for row in made}
    rows: dict[str, list[ClipRecord]] = {}
    for row in given:
        if row.system not in anew:
            rows.setdefault(row.clip, []).append(row)
    for row in made:
        rows.setdefault(row.clip, []).append(row)
    return [row for clip in rows.values() for row in clip]
