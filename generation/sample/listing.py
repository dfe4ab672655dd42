"""The manifest of a sampling run: what `manage.py ingest` takes."""

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from generation.clip import DEMO, REAL, ClipRecord
from generation.dataset.index import ClipFacts, key_of
from generation.demoset import DEMO_NOTE
from generation.files import drafted
from generation.manifest import read_manifest, write_manifest
from generation.sample.record import Made

NAME = "manifest.csv"


def write_listing(
    out: Path, made: Sequence[Made], facts: Sequence[ClipFacts], *, adds: bool
) -> tuple[Path, tuple[str, ...]]:
    """List the sounds in `out`'s manifest, with the clips' real files; return remarks.

    Real files that lie elsewhere are linked or copied below `out`, since a manifest
    lists nothing outside its folder. With `adds` rows of other systems and clips that
    are in it already stay.
    """
    path = out / NAME
    rows: dict[tuple[str, str], ClipRecord] = {}
    if adds and path.is_file():
        for record in read_manifest(path).records:
            rows[record.clip, record.system] = record
    remarks: list[str] = []
    for one in facts:
        if one.start > 0:
            remarks.append(
                f"{one.clip}: cut from a longer file, so its real sound is not listed"
            )
        else:
            rows[one.clip, REAL] = _real(out, one)
    for sound in made:
        rows[sound.clip, sound.system] = _row(out, sound)
    write_manifest(_ordered(rows.values()), path)
    return path, tuple(remarks)


def note_of(*, is_demo: bool, is_stub: bool, words: Iterable[str]) -> str:
    """A manifest's note; it begins with `demo` where the sound is for trying only."""
    reasons = [f"{DEMO}: for trying only"] if is_demo else []
    reasons += ["stub features"] if is_stub else []
    return "; ".join([*reasons, *words])


def _row(out: Path, sound: Made) -> ClipRecord:
    return ClipRecord(
        clip=sound.clip,
        category=sound.category,
        system=sound.system,
        path=out / sound.file,
        seed=sound.seed,
        checkpoint=sound.checkpoint,
        note=sound.note,
    )


def _real(out: Path, one: ClipFacts) -> ClipRecord:
    source = Path(one.path)
    if not source.resolve().is_relative_to(out.resolve()):
        name = f"{key_of(one.clip)}-{one.media_sha256[:8]}{source.suffix.lower()}"
        target = out / REAL / name
        if not target.is_file():
            _link(source, target)
        source = target
    return ClipRecord(
        clip=one.clip,
        category=one.category,
        system=REAL,
        path=source,
        note=DEMO_NOTE if one.is_demo else "",
    )


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where that cannot be; whole or not."""
    with drafted(target) as draft:
        draft.unlink(missing_ok=True)
        try:
            os.link(source.resolve(), draft)
        except OSError:
            shutil.copyfile(source, draft)


def _ordered(rows: Iterable[ClipRecord]) -> list[ClipRecord]:
    return sorted(
        rows, key=lambda r: (r.category, r.clip, not r.is_real, r.system.casefold())
    )
