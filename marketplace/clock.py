"""The marketplace's clock: life cycles read the time here, so tests can move it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.utils import timezone


class Clock:
    """Tells the time in UTC; a test may shift it, for all threads at once."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The present moment, timezone-aware, plus whatever a test has added."""
        return timezone.now() + self._ahead

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


CLOCK = Clock()


def now() -> datetime:
    """The marketplace's present moment."""
    return CLOCK.now()
