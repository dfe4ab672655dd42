"""How long work tells that it moves on."""

from typing import Protocol


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
