"""Read clips that lie in plain folders or are listed in a manifest."""

from pathlib import Path

from generation.dataset.record import (
    VIDEO_SUFFIXES,
    DatasetError,
    Reading,
    Record,
    reading,
)
from generation.manifest import read_manifest

DEMO_MANIFEST = "manifest.csv"
_TOLD = 3


def read_folder(root: Path) -> Reading:
    """Read `<category>/<clip>.mp4`; `<clip>.wav` beside it is taken as its sound.

    Every clip is its own group: nothing tells which were cut from one recording.
    Raises DatasetError.
    """
    if not root.is_dir():
        raise DatasetError(f"{root}: no such folder; check the path")
    records = []
    for path in sorted(root.glob("*/*")):
        if path.suffix.lower() not in VIDEO_SUFFIXES or path.name.startswith("."):
            continue
        sound = path.with_suffix(".wav")
        name = f"{path.parent.name}/{path.stem}"
        records.append(
            Record(
                clip=name,
                category=path.parent.name,
                path=path,
                sound=sound if sound.is_file() else None,
                group=name,
            )
        )
    return reading(str(root), records)


def read_listed(manifest: Path, *, allow_outside: bool = False) -> Reading:
    """Read the real clips of a manifest, demo clips among them marked as such.

    A clip is its own group; only systems named `real` are read. Raises DatasetError
    with the manifest's faults.
    """
    found = read_manifest(manifest, allow_outside=allow_outside)
    if found.faults:
        told = "; ".join(str(fault) for fault in found.faults[:_TOLD])
        more = len(found.faults) - _TOLD
        raise DatasetError(
            f"{manifest.name}: {told}{f'; and {more} more' if more > 0 else ''}"
        )
    records = [
        Record(
            clip=record.clip,
            category=record.category,
            path=record.path,
            group=record.clip,
            is_demo=record.is_demo,
        )
        for record in found.records
        if record.is_real
    ]
    return reading(manifest.name, records)


def read_demo(root: Path) -> Reading:
    """Read what `python -m generation demoset` wrote to `root`.

    Raises DatasetError when a clip there is not of the demo set.
    """
    manifest = root / DEMO_MANIFEST
    if not manifest.is_file():
        raise DatasetError(
            f"{root}: no {DEMO_MANIFEST} in it; make one with "
            f"`python -m generation demoset {root}`"
        )
    found = read_listed(manifest)
    real = [record.clip for record in found.records if not record.is_demo]
    if real:
        raise DatasetError(f"{real[0]}: not a demo clip; read it from its manifest")
    return reading("demo", found.records, found.warnings)
