"""Reading an archive: a zip, or the folder it was unpacked into."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis.archive.names import SESSIONS, STUDY, SUMS, VOTES
from analysis.study import StudyRecord, StudyRecordError, from_json
from analysis.votes.reading import parse_votes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# far more than ten million votes; a zip may claim anything
MOST_BYTES = 4 << 30


class ArchiveError(ValueError):
    """An archive that cannot be read; the message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What an archive holds; ``sessions`` is None where it has none."""

    votes: pd.DataFrame
    sessions: pd.DataFrame | None
    record: StudyRecord


def is_archive(path: Path) -> bool:
    """Return whether a path is a folder or a zip rather than a table of votes."""
    return path.is_dir() or (path.is_file() and zipfile.is_zipfile(path))


def read_archive(path: Path) -> Contents:
    """Return what an archive or its unpacked folder holds.

    Every file is held against SHA256SUMS where that is there. Raises ArchiveError for
    a missing, damaged or altered file, VotesError for votes that cannot be read.
    """
    if path.is_dir():
        return _contents(path, lambda name: _from_folder(path, name))
    try:
        with zipfile.ZipFile(path) as packed:
            return _contents(path, lambda name: _from_zip(path, packed, name))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        message = f"{path}: is a damaged zip file ({error}): copy it again"
        raise ArchiveError(message) from error


def _from_folder(path: Path, name: str) -> bytes | None:
    file = path / name
    return file.read_bytes() if file.is_file() else None


def _from_zip(path: Path, packed: zipfile.ZipFile, name: str) -> bytes | None:
    if name not in packed.namelist():
        return None
    size = packed.getinfo(name).file_size
    if size > MOST_BYTES:
        message = f"{path}: {name} claims {size:,} bytes, more than {MOST_BYTES:,}"
        raise ArchiveError(message)
    return packed.read(name)


def _contents(path: Path, get: Callable[[str], bytes | None]) -> Contents:
    sums = _sums(path, get(SUMS))

    def checked(name: str) -> bytes | None:
        raw = get(name)
        if raw is not None and name in sums:
            found = hashlib.sha256(raw).hexdigest()
            if found != sums[name]:
                message = (
                    f"{path}: {name} is not what was archived: its SHA-256 begins "
                    f"{found[:12]}, {SUMS} says {sums[name][:12]}; take an untouched "
                    f"copy, or remove {SUMS} to analyse what is there"
                )
                raise ArchiveError(message)
        return raw

    votes, study, sessions = checked(VOTES), checked(STUDY), checked(SESSIONS)
    if votes is None:
        message = f"{path}: holds no {VOTES}: it is not an archive of a study"
        raise ArchiveError(message)
    record = StudyRecord()
    if study is not None:
        try:
            record = from_json(_text(path, STUDY, study), source=f"{path}: {STUDY}")
        except StudyRecordError as error:
            raise ArchiveError(str(error)) from error
    return Contents(
        votes=parse_votes(f"{path}: {VOTES}", _text(path, VOTES, votes)),
        sessions=None if sessions is None else _sessions(path, sessions),
        record=record,
    )


def _text(path: Path, name: str, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{path}: {name} is not UTF-8 ({error}): copy the archive again"
        raise ArchiveError(message) from error


def _sums(path: Path, raw: bytes | None) -> dict[str, str]:
    if raw is None:
        return {}
    found = {}
    for line in raw.decode(errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name:
            message = f"{path}: {SUMS} has a line that is none of its kind: {line!r}"
            raise ArchiveError(message)
        found[name] = digest
    return found


def _sessions(path: Path, raw: bytes) -> pd.DataFrame:
    try:
        return pd.read_csv(io.BytesIO(raw), dtype=str, keep_default_na=False)
    except (ValueError, UnicodeDecodeError) as error:
        message = f"{path}: {SESSIONS} cannot be read: {error}"
        raise ArchiveError(message) from error
