"""One run, one owner: a second one in the same folder is turned away."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generation.train.config import TrainingError


@contextmanager
def owned(folder: Path, *, is_wanted: bool = True) -> Iterator[None]:
    """Hold a folder meanwhile; a process that dies lets go of it.

    Without `is_wanted` nothing happens: of processes that train together one holds it.
    Raises TrainingError when another process does.
    """
    if not is_wanted:
        yield
        return
    with (folder / ".lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TrainingError(
                f"{folder}: another process trains here; wait for it, or end it"
            ) from error
        yield
