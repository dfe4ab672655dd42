"""The manifest of a sampling run: what `manage.py ingest` takes."""

import os
import shutil
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from generation.clip import DEMO, FLAG, REAL, ClipRecord
from generation.dataset.index import ClipFacts, key_of
from generation.demoset import DEMO_NOTE
from generation.files import drafted
from generation.manifest import Fault, faults_of, read_manifest, write_manifest
from generation.sample.record import Made, SampleError

NAME = "manifest.csv"


TRAINED = "the net was trained on this clip"


def write_listing(
    out: Path,
    made: Sequence[Made],
    facts: Sequence[ClipFacts],
    *,
    trained: Collection[str],
    adds: bool,
) -> tuple[Path, tuple[str, ...]]:
    """List the sounds in `out`'s manifest, with the clips' real files; return remarks.

    What is wrong with a sound, and that its clip is among those `trained` on, stands in
    its note. Real files that lie elsewhere are linked or copied below `out`, since a
    manifest lists nothing outside its folder. With `adds` rows of other systems and
    clips that are in it already stay. Raises SampleError where they cannot be read, or
    do not go together.
    """
    remarks = tuple(
        f"{one.clip}: cut from a longer file, so its real sound is not listed"
        for one in facts
        if one.start > 0
    )
    path = out / NAME
    reals = [_real(out, one) for one in facts if one.start <= 0]
    rows = [_row(out, sound, is_trained=sound.clip in trained) for sound in made]
    write_manifest(_ordered(_merged(path, [*reals, *rows], adds=adds)), path)
    return path, remarks


def require_listable(
    out: Path, planned: Sequence[ClipRecord], facts: Sequence[ClipFacts], *, adds: bool
) -> None:
    """Raise SampleError unless `out`'s manifest can take the sounds that are planned.

    Asked before they are made, since that takes hours; what is asked of files is
    whether they can be listed, not whether they are there; but for the real ones.
    """
    for one in facts:
        there = Path(one.path).is_file() or _kept(out, one).is_file()
        if one.start <= 0 and not there:
            raise SampleError(
                f"{one.clip}: its real sound, {one.path}, is not there any more; put "
                "it back, or prepare the clips anew"
            )
    reals = [
        ClipRecord(one.clip, one.category, REAL, Path(one.path))
        for one in facts
        if one.start <= 0
    ]
    _merged(out / NAME, [*reals, *planned], adds=adds)


def _merged(
    path: Path, rows: Sequence[ClipRecord], *, adds: bool
) -> Iterable[ClipRecord]:
    """The manifest's rows that stay, and those given, each in place of its namesake.

    Rows that stay keep what they say, files that are gone too: `ingest` tells of them.
    """
    kept: dict[tuple[str, str], ClipRecord] = {}
    if adds and path.is_file():
        reading = read_manifest(path, as_listed=True)
        if reading.faults:
            raise SampleError(_told(path, reading.faults, "mend it by hand"))
        kept = {(row.clip, row.system): row for row in reading.records}
    merged = {**kept, **{(row.clip, row.system): row for row in rows}}
    faults = faults_of(list(merged.values()))
    if faults:
        raise SampleError(_told(path, faults, "mend the names there or here"))
    return merged.values()


def _told(path: Path, faults: Sequence[Fault], advice: str) -> str:
    first = faults[0].message if faults[0].field == path.name else str(faults[0])
    more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return f"{path}: {first}{more}; {advice}, or give another folder with --out"


def note_of(*, is_demo: bool, is_stub: bool, words: Iterable[str]) -> str:
    """A manifest's note; it begins with `demo` where the sound is for trying only."""
    reasons = [f"{DEMO}: for trying only"] if is_demo else []
    reasons += ["stub features"] if is_stub else []
    return "; ".join([*reasons, *words])


def _row(out: Path, sound: Made, *, is_trained: bool) -> ClipRecord:
    flags = [*([TRAINED] if is_trained else []), *sound.faults]
    return ClipRecord(
        clip=sound.clip,
        category=sound.category,
        system=sound.system,
        path=out / sound.file,
        seed=sound.seed,
        checkpoint=sound.checkpoint,
        note="; ".join([sound.note, *(f"{FLAG}{each}" for each in flags)]),
    )


def _real(out: Path, one: ClipFacts) -> ClipRecord:
    source = Path(one.path)
    if not source.resolve().is_relative_to(out.resolve()):
        target = _kept(out, one)
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


def _kept(out: Path, one: ClipFacts) -> Path:
    """Where a real file that lies elsewhere stands below `out`."""
    name = f"{key_of(one.clip)}-{one.media_sha256[:8]}{Path(one.path).suffix.lower()}"
    return out / REAL / name


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
