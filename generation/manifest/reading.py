"""Read a manifest, with all that is wrong in it."""

import os
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from generation.clip import REAL, ClipRecord
from generation.manifest.rows import JSON_SUFFIXES, Cells, Fault, csv_rows, json_rows

MAX_NAME = 200
"""Longest name of a clip, category, system or checkpoint, in characters."""

MAX_BYTES = 64 * 2**20
"""A manifest larger than this is no manifest; it is read into memory whole."""

_QUOTED = 120
_ONE_WAY = "spell it one way"

_Find = Callable[[int, str, list[Fault]], Path | None]
"""The file that a row's text names; None and a fault where it names none."""


@dataclass(frozen=True, slots=True)
class ManifestReading:
    """`records` are fit to use, in file order; `faults` are all that was found wrong.

    A clip whose `real` row is missing or faulty leaves no record, since there is
    nothing to compare with. `unfit` are the rows that cannot be used but name a file
    that is there, so that its contents can be looked at in the same pass.
    """

    records: tuple[ClipRecord, ...]
    faults: tuple[Fault, ...]
    unfit: tuple[ClipRecord, ...] = ()


def read_manifest(
    path: Path, *, allow_outside: bool = False, as_listed: bool = False
) -> ManifestReading:
    """Read the manifest at `path` and report every fault of it in one pass.

    Files must lie in the manifest's folder or below, links followed, unless
    `allow_outside`. Their contents are not looked at. `as_listed` takes the rows of a
    list that may grow: files are not looked for, nor each clip's real sound. Never
    raises for what is in the file; a missing or unreadable file is a fault too.
    """
    try:
        if path.exists() and not path.is_file():
            message = "no regular file; name a CSV or JSON lines file"
            return ManifestReading((), (Fault(0, path.name, message),))
        if path.stat().st_size > MAX_BYTES:
            message = f"larger than {MAX_BYTES // 2**20} MiB; name the list of files"
            return ManifestReading((), (Fault(0, path.name, message),))
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 (byte {error.start}); save it as UTF-8"
        return ManifestReading((), (Fault(0, path.name, message),))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        message = f"cannot be read ({why}); check the path"
        return ManifestReading((), (Fault(0, str(path), message),))
    if as_listed:
        return _read_rows(
            text, path, partial(_resolved, folder=path.parent), grows=True
        )
    find = partial(_file, folder=path.parent, allow_outside=allow_outside)
    return _read_rows(text, path, find)


def faults_of(records: Sequence[ClipRecord]) -> tuple[Fault, ...]:
    """What a manifest of these would be told, files and missing real sounds aside."""
    faults: list[Fault] = []
    for record in records:
        _check(record.row, {name: getattr(record, name) for name in _CHECKS}, faults)
        if record.seed is not None:
            _seed(record.row, str(record.seed), faults)
    _agreeing(records, faults)
    return tuple(faults)


def _read_rows(
    text: str, path: Path, find: _Find, *, grows: bool = False
) -> ManifestReading:
    faults: list[Fault] = []
    parse = json_rows if path.suffix.lower() in JSON_SUFFIXES else csv_rows
    rows: list[ClipRecord] = []
    unfit: list[ClipRecord] = []
    for number, cells in parse(text, faults):
        before = len(faults)
        record = _record(number, cells, find, faults)
        if record is not None:
            (unfit if len(faults) > before else rows).append(record)
    kept = _agreeing(rows, faults)
    if not grows:
        kept = _with_real(rows, kept, faults)
    used = {record.row for record in kept}
    unfit += [record for record in rows if record.row not in used]
    if not rows and not faults and not grows:
        faults.append(Fault(0, path.name, "no row in it; list one file per row"))
    return ManifestReading(
        tuple(kept),
        tuple(sorted(faults, key=lambda fault: fault.row)),
        tuple(sorted(unfit, key=lambda record: record.row)),
    )


def _record(
    row: int, cells: Cells, find: _Find, faults: list[Fault]
) -> ClipRecord | None:
    """The row as far as it can be read; None where it names no file that is there."""
    text = {name: value.strip() for name, value in cells.items()}
    _check(row, text, faults)
    seed = _seed(row, text.get("seed", ""), faults)
    file = find(row, text["path"], faults)
    if file is None:
        return None
    system = REAL if text["system"].casefold() == REAL else text["system"]
    return ClipRecord(
        clip=text["clip"],
        category=text["category"],
        system=system,
        path=file,
        row=row,
        seed=seed,
        checkpoint=text.get("checkpoint", ""),
        note=text.get("note", ""),
    )


def _check(row: int, text: Mapping[str, str], faults: list[Fault]) -> None:
    faults.extend(
        Fault(row, name, message)
        for name, check in _CHECKS.items()
        if (message := check(text.get(name, "")))
    )


def bad_name(text: str) -> str:
    """What is wrong with the name of a clip, category or system; "" if nothing."""
    if not text:
        return "empty; fill it in"
    if len(text) > MAX_NAME:
        return f"longer than {MAX_NAME} characters; shorten it"
    if any(unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} for c in text):
        return f"{_quoted(text)} holds control characters; remove them"
    return ""


def _bad_checkpoint(text: str) -> str:
    return bad_name(text) if text else ""


def _bad_text(text: str) -> str:
    # Half a surrogate pair and NUL are no text to a database.
    if any(c == "\0" or unicodedata.category(c) == "Cs" for c in text):
        return f"{_quoted(text)} holds what is no text; remove it"
    return ""


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "clip": bad_name,
    "category": bad_name,
    "system": bad_name,
    "checkpoint": _bad_checkpoint,
    "note": _bad_text,
}


def same_name(name: str) -> str:
    """What two spellings of one name have in common: case and accents' encoding."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _quoted(text: str) -> str:
    return repr(text) if len(text) <= _QUOTED else f"{text[:_QUOTED]!r}..."


def _seed(row: int, text: str, faults: list[Fault]) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= 19 and int(text) < 2**63:
        return int(text)
    message = f"{text!r} is no seed; write a whole number from 0 to 2^63 - 1"
    faults.append(Fault(row, "seed", message))
    return None


def _file(
    row: int, text: str, faults: list[Fault], *, folder: Path, allow_outside: bool
) -> Path | None:
    """The file that is there; a fault where none is, or none that may be used."""
    file = _resolved(row, text, faults, folder)
    if file is None:
        return None
    try:
        if not allow_outside and not file.is_relative_to(folder.resolve()):
            message = _outside(folder, text)
        elif not file.exists():
            message = f"{_quoted(text)} does not exist; paths start at the manifest"
        elif not file.is_file():
            message = f"{_quoted(text)} is no file; name a media file"
        else:
            return file
    except (OSError, ValueError, RuntimeError) as error:
        message = _not_looked_up(text, error)
    faults.append(Fault(row, "path", message))
    return None


def _resolved(row: int, text: str, faults: list[Fault], folder: Path) -> Path | None:
    if not text:
        faults.append(Fault(row, "path", "empty; name the file"))
        return None
    try:
        return (folder / text).resolve()
    except (OSError, ValueError, RuntimeError) as error:
        faults.append(Fault(row, "path", _not_looked_up(text, error)))
        return None


def _not_looked_up(text: str, error: Exception) -> str:
    why = getattr(error, "strerror", None) or _quoted(str(error))
    return f"{_quoted(text)} cannot be looked up ({why}); mend the path"


def _outside(folder: Path, text: str) -> str:
    """Say how a file comes to lie outside; where a link leads is not for the reader."""
    here, named = (
        # as written, links not followed
        Path(os.path.normpath(path.absolute()))
        for path in (folder, folder / text)
    )
    if not named.is_relative_to(here):
        return (
            f"{_quoted(text)} leaves the manifest's folder; move the file into it or "
            "the manifest above both"
        )
    link = "is" if named.is_symlink() else "lies behind"
    return (
        f"{_quoted(text)} {link} a link that leaves the manifest's folder; put the "
        "file itself there"
    )


def _agreeing(rows: Sequence[ClipRecord], faults: list[Fault]) -> list[ClipRecord]:
    """The rows that agree with the rows before them."""
    first: dict[tuple[str, str], ClipRecord] = {}
    category: dict[str, ClipRecord] = {}
    systems: dict[str, str] = {}
    kinds: dict[str, str] = {}
    for record in rows:
        named = category.setdefault(record.clip, record)
        known = systems.setdefault(same_name(record.system), record.system)
        kind = kinds.setdefault(same_name(record.category), record.category)
        twin = first.get((record.clip, known))
        if record.category != kind:
            message = f"category {record.category!r} is {kind!r} elsewhere; {_ONE_WAY}"
        else:
            message = _clash(record, named, known, twin)
        if message:
            faults.append(Fault(record.row, record.clip, message))
        else:
            first[record.clip, known] = record
    return list(first.values())


def _with_real(
    rows: Sequence[ClipRecord], kept: Sequence[ClipRecord], faults: list[Fault]
) -> list[ClipRecord]:
    """The kept rows of clips that have a real one among them."""
    real = {record.clip for record in kept if record.is_real}
    for clip, row in {r.clip: r.row for r in reversed(rows)}.items():
        if clip not in real:
            message = "no usable row with system `real`; every clip needs its own sound"
            faults.append(Fault(row, clip, message))
    return [record for record in kept if record.clip in real]


def _clash(
    record: ClipRecord, named: ClipRecord, known: str, twin: ClipRecord | None
) -> str:
    if record.category != named.category:
        where = f"in row {named.row}" if named.row else "in another"
        return (
            f"category {record.category!r} here, {named.category!r} {where}; a clip "
            "has one"
        )
    if record.system != known:
        return f"system {record.system!r} is {known!r} elsewhere; {_ONE_WAY}"
    if twin is not None:
        where = f"in row {twin.row}" if twin.row else "in another"
        return f"system {known!r} stands for it {where} too; keep one"
    return ""
