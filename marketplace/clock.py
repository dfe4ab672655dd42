"""The marketplace's clock: life cycles read the time here, so tests can move it."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone


class Clock:
    """Tells the time in UTC; a test may shift it, for all threads at once."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._file: Path | None = None

    def now(self) -> datetime:
        """The present moment, timezone-aware, plus whatever a test has added."""
        return timezone.now() + self._ahead + self._told()

    def follow(self, file: Path | None) -> None:
        """Add what `set_ahead` has written to a file, so that processes share a time.

        Only the setting MARKETPLACE_CLOCK_FILE asks for it, on a machine of tests.
        """
        self._file = file

    @contextmanager
    def ahead(self) -> Iterator[Callable[[timedelta], None]]:
        """Lend a function that moves this clock forward until the block ends."""
        before = self._ahead

        def advance(by: timedelta) -> None:
            self._ahead += by

        try:
            yield advance
        finally:
            self._ahead = before

    def _told(self) -> timedelta:
        if self._file is None or not self._file.exists():
            return timedelta()
        return timedelta(seconds=float(self._file.read_text()))


CLOCK = Clock()


def now() -> datetime:
    """The marketplace's present moment."""
    return CLOCK.now()


def set_ahead(file: Path, by: timedelta) -> None:
    """Move the clocks that follow the file to `by` ahead of the true time."""
    draft = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    draft.write_text(str(by.total_seconds()))
    # in one step: no reader finds half a number
    draft.replace(file)
