"""How long work tells that it moves on."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from django.utils import timezone

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from studies.models import Generation, GenerationJob, Upload


class LeftError(Exception):
    """The work was stopped by somebody, or what it was for is gone."""


class Progress(Protocol):
    """A bar on a terminal, or nothing."""

    def start(self, total: int, label: str) -> None:
        """Begin a stretch of `total` steps."""
        ...

    def step(self, n: int = 1) -> None:
        """`n` steps are done."""
        ...

    def done(self) -> None:
        """End the stretch."""
        ...


class Silent:
    """Progress that nobody watches."""

    def start(self, total: int, label: str) -> None:
        """Do nothing."""

    def step(self, n: int = 1) -> None:
        """Do nothing."""

    def done(self) -> None:
        """Do nothing."""


class RowProgress:
    """Write progress to a row, at most once a second, and pass it on.

    `row` finds it, or nothing once nobody wants the work any more: then LeftError is
    raised, where `ends` says so. It has the fields `done`, `total` and `seen_at`, or
    the one that `touches` names, for the time alone.
    `label` goes before what is told `beside`. Of several stretches the one labelled
    `counts` alone is counted; the others only show that the work moves.
    """

    def __init__(  # noqa: PLR0913 - what is told of which row, all named
        self,
        row: "QuerySet[Upload] | QuerySet[GenerationJob] | QuerySet[Generation]",
        beside: Progress | None = None,
        *,
        label: str = "",
        counts: str = "",
        ends: bool = False,
        touches: str = "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._row = row
        self._beside, self._label, self._clock = beside or Silent(), label, clock
        self._counts, self._ends, self._is_counted = counts, ends, True
        self._touches = touches
        self._done = self._total = 0
        self._written = clock()

    def start(self, total: int, label: str) -> None:
        """Begin a stretch of `total` steps."""
        self._beside.start(total, f"{self._label}: {label}" if self._label else label)
        self._is_counted = self._counts in ("", label)
        if self._is_counted:
            self._done, self._total = 0, total
        self._write()

    def step(self, n: int = 1) -> None:
        """Count `n` steps as done."""
        self._beside.step(n)
        self._done += n if self._is_counted else 0
        if self._clock() - self._written >= 1:
            self._write()

    def done(self) -> None:
        """End the stretch."""
        self._beside.done()
        self._write()

    def _write(self) -> None:
        self._written = self._clock()
        now = timezone.now()
        counted = {"done": self._done, "total": self._total, "seen_at": now}
        found = self._row.all().update(
            **{self._touches: now} if self._touches else counted
        )
        if self._ends and not found:
            raise LeftError("nobody wants this work any more")
