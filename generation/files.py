"""Files that are there whole or not at all, folders with one owner, names of files."""

import fcntl
import os
import platform
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import get_ident

LOCK = ".lock"
_HERE = sha256(platform.node().encode()).hexdigest()[:8]
_STALE_SECONDS = 3600.0


class StorageError(OSError):
    """A file or folder that cannot be written: nothing that is read is to blame."""


class InUseError(StorageError):
    """A folder that another process works in."""


def require_folder(path: Path, *, is_written: bool = True) -> None:
    """Raise StorageError unless `path` is a folder, or one can be made.

    One to write to, unless it is only read where all is done already.
    """
    there = next(p for p in (path, *path.absolute().parents) if os.path.lexists(p))
    if not there.is_dir():
        raise StorageError(
            f"{there}: a file, where a folder is to be; name another folder, or move "
            "that file away"
        )
    if is_written and not os.access(there, os.W_OK | os.X_OK):
        raise StorageError(
            f"{there}: may not be written to; name another folder, or change its rights"
        )


def make_folder(path: Path) -> None:
    """Make a folder and those above it. Raises StorageError."""
    require_folder(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{path}: no folder can be made ({error})") from error


def write_text(path: Path, text: str) -> None:
    """Write a text in one move, as UTF-8. Raises StorageError."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes | memoryview) -> None:
    """Write a file in one move. Raises StorageError."""
    with drafted(path) as draft:
        draft.write_bytes(data)


@contextmanager
def drafted(path: Path) -> Iterator[Path]:
    """Give out where to write a file; it gets its name when whole, or nothing stays.

    Folders above it are made; a link stays one, to what is written. A device or a pipe
    is written to as it is. Raises StorageError when it cannot be written.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        yield path
        return
    path = path.resolve()
    draft = draft_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield draft
        draft.replace(path)
    except OSError as error:
        raise StorageError(
            f"{path}: cannot be written ({error}); make room there, or choose another "
            "folder"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file in one move, unless one is there already. Raises StorageError."""
    if not target.exists():
        with drafted(target) as draft:
            shutil.copyfile(source, draft)


@contextmanager
def drafted_folder(path: Path) -> Iterator[Path]:
    """Give out a folder to fill; `path` gets what is in it at the end, or nothing.

    Raises StorageError.
    """
    is_new = not path.exists()
    make_folder(path)
    draft = path / f".{_writer()}.part"
    try:
        make_folder(draft)
        yield draft
        for each in sorted(draft.iterdir()):
            each.replace(path / each.name)
        is_new = False
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        if is_new:
            with suppress(OSError):
                path.rmdir()


def is_full(folder: Path) -> bool:
    """Whether hardly anything can be written there: less than 4 MiB is left.

    Programs that fail for it, ffmpeg and torch among them, do not always say so.
    """
    try:
        return shutil.disk_usage(folder).free < 4 * 2**20
    except OSError:
        return False  # no folder, or none that may be looked at


@contextmanager
def scratch(near: Path) -> Iterator[Path]:
    """Give out a folder beside a file, removed at the end; of a killed one, a draft.

    Raises StorageError.
    """
    folder = draft_of(near)
    make_folder(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def draft_of(path: Path) -> Path:
    """Where this thread writes a file before it gets its name."""
    return path.with_name(f".{path.name}.{_writer()}.part")


def remove_drafts(
    folders: Iterable[Path], *, clock: Callable[[], float] = time.time
) -> None:
    """Remove what killed runs left half written; what somebody writes is left alone.

    Another thread of this process may write there; this one itself writes nothing now.
    Who lives on another machine that shares the folder cannot be known: a draft from
    there, or from another program, is left for an hour.
    """
    for folder in folders:
        for draft in folder.glob(".*.part"):
            if not _is_being_written(draft, clock()):
                if draft.is_dir():
                    shutil.rmtree(draft, ignore_errors=True)
                else:
                    draft.unlink(missing_ok=True)


def _writer() -> str:
    """Machine, thread and process, as a draft is named by them."""
    return f"{_HERE}.{get_ident()}.{os.getpid()}"


def _is_being_written(draft: Path, now: float) -> bool:
    *_, machine, thread, process, _part = ("", "", "", *draft.name.split("."))
    if machine != _HERE:
        with suppress(FileNotFoundError):
            return now - draft.lstat().st_mtime <= _STALE_SECONDS
        return False
    if int(process) != os.getpid():
        return is_alive(int(process))
    others = {str(each.ident) for each in threading.enumerate()} - {str(get_ident())}
    return thread in others


def is_alive(process: int) -> bool:
    """Whether another process of that number runs on this machine."""
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def owned(
    folder: Path, *, is_wanted: bool = True, waits: bool = False
) -> Iterator[None]:
    """Hold a folder, made where it is not there; a process that dies lets go of it.

    Without `is_wanted` nothing happens: of processes that work together one holds it.
    With `waits` for one that holds it a moment; else InUseError names the process that
    has it. Raises StorageError where none can.
    """
    if not is_wanted:
        yield
        return
    make_folder(folder)
    lock = _locked(folder, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
    _held.add(lock)
    try:
        yield
    finally:
        if lock in _held:
            _held.remove(lock)
            os.close(lock)


def file_stem(name: str) -> str:
    """A file name of harmless letters, different for different names."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:80].lstrip("-") or "clip"
    if plain == name:
        return plain
    return f"{plain}-{sha256(name.encode()).hexdigest()[:8]}"


def _locked(folder: Path, how: int) -> int:
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise StorageError(f"{folder}: may not be written to ({error})") from error
    try:
        fcntl.flock(lock, how)
    except BlockingIOError as error:
        told = _owner(lock)
        os.close(lock)
        raise InUseError(f"{folder}: {told}; wait for it, or end it") from error
    except OSError as error:
        os.close(lock)
        raise StorageError(f"{folder}: cannot be locked ({error})") from error
    # on a full disk the lock holds without its note
    with suppress(OSError):
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"process {os.getpid()} on {platform.node()}".encode(), 0)
    return lock


def _owner(lock: int) -> str:
    note = os.pread(lock, 200, 0).decode("utf-8", "replace") or "another process"
    # written when it was taken
    since = datetime.fromtimestamp(os.fstat(lock).st_mtime, UTC).astimezone()
    return f"{note} works there since {since:%Y-%m-%d %H:%M:%S %Z}"


_held: set[int] = set()


def _let_go() -> None:
    """Close a forked child's copies: it may outlive the owner, and is none."""
    for lock in _held:
        os.close(lock)
    _held.clear()


os.register_at_fork(after_in_child=_let_go)
