"""Take a .zip apart without trusting a byte of it."""

import lzma
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from studies.errors import FaultsError, StudyError

_CHUNK = 1 << 20
_ENCRYPTED = 0x1
LONGEST_NAME = 200
"""Bytes that a file's name may have."""
_DEEPEST = 8
_UNREADABLE = (
    zipfile.BadZipFile,
    EOFError,
    NotImplementedError,
    OSError,
    # of each way to pack its own, and of a name that is not the UTF-8 it claims to be
    zlib.error,
    lzma.LZMAError,
    UnicodeDecodeError,
)
_DROPPED = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold once unpacked; bytes are counted, not believed."""

    files: int = 20_000
    total_bytes: int = 8 << 30


def unpack(archive: Path, into: Path, limits: Limits) -> int:
    """Unpack `archive` below `into`; returns the number of files.

    Every name is judged before the first byte is written, and all that is wrong is
    told at once (FaultsError): names that leave the folder, links, encrypted files,
    names met twice, too many files. What lies there is only ever a plain file.
    Files that operating systems leave behind (__MACOSX, .DS_Store) are dropped.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [info for info in opened.infolist() if _wanted(info)]
            faults = list(_faults(members, limits))
            if faults:
                raise FaultsError("The archive was not unpacked.", faults)
            left = limits.total_bytes
            for info in members:
                left -= _extract(opened, info, into, left)
            return len(members)
    except _UNREADABLE as error:
        raise StudyError(
            f"{archive.name} cannot be unpacked ({error}). Pack it again."
        ) from error


def _wanted(info: zipfile.ZipInfo) -> bool:
    # not is_dir(): it fails on an empty name, which a hostile archive may have
    return not info.filename.endswith("/") and not _DROPPED.intersection(
        PurePosixPath(info.filename).parts
    )


def _faults(members: list[zipfile.ZipInfo], limits: Limits) -> Iterator[str]:
    if len(members) > limits.files:
        yield f"{len(members)} files, more than the {limits.files} that are taken."
        return
    declared = sum(info.file_size for info in members)
    if declared > limits.total_bytes:
        yield (
            f"{declared} bytes unpacked, more than the {limits.total_bytes} that are "
            "taken. Split it, or put the files on the server."
        )
    seen: set[str] = set()
    for info in members:
        problem = _problem(info)
        if problem:
            yield f"{info.filename!r}: {problem}"
        elif info.filename.casefold() in seen:
            yield f"{info.filename!r}: there twice. Keep one."
        seen.add(info.filename.casefold())


def _problem(info: zipfile.ZipInfo) -> str:
    path = PurePosixPath(info.filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.flag_bits & _ENCRYPTED:
        return "encrypted. Pack it without a password."
    if kind not in (0, stat.S_IFREG):
        return "not a plain file (a link or a device). Pack the file itself."
    if path.is_absolute() or ".." in path.parts or not path.parts:
        return "would leave the folder. Pack it with a relative name."
    if any(len(part.encode()) > LONGEST_NAME for part in path.parts):
        return f"name longer than {LONGEST_NAME} bytes. Shorten it."
    if len(path.parts) > _DEEPEST:
        return f"more than {_DEEPEST} folders deep. Pack it flatter."
    if not info.filename.isprintable() or "\\" in info.filename:
        return "a name with control characters or backslashes. Rename it."
    return ""


def _extract(
    opened: zipfile.ZipFile, info: zipfile.ZipInfo, into: Path, left: int
) -> int:
    target = into.joinpath(*PurePosixPath(info.filename).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with opened.open(info) as source, target.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            # a header may lie about the size: what counts is what comes out
            if written > left or written > info.file_size:
                raise StudyError(
                    f"{info.filename!r} unpacks to more than it declares or than is "
                    "taken. The archive was not read further."
                )
            sink.write(chunk)
    return written


def remove_folder(folder: Path) -> None:
    """Remove a folder of ours with all that is in it; gone already is no error."""
    shutil.rmtree(folder, ignore_errors=True)
