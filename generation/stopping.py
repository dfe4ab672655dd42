"""Ctrl-C and `kill` taken as a wish to stop: at once, or after the step under way."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = "stopped; run the same command again to go on"


class Stopped(KeyboardInterrupt):
    """Someone asked to stop; the message says how to go on."""

    def __init__(self, message: str = AGAIN, *, number: int = signal.SIGINT) -> None:
        super().__init__(message)
        self.status = 128 + number
        """The exit status that shells give a command this signal ended: 130, 143."""


class Halt:
    """Whether someone asked to stop."""

    def __init__(self) -> None:
        self.is_wished = False
        self.number: int = signal.SIGINT

    def wish(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signals call it
        """Ask to stop; asked a second time, stop at once."""
        if self.is_wished:
            raise Stopped(number=number)
        self.is_wished, self.number = True, number


@contextmanager
def halting() -> Iterator[Halt]:
    """Catch SIGINT and SIGTERM meanwhile (in the main thread; elsewhere nothing)."""
    halt = Halt()
    if threading.current_thread() is not threading.main_thread():
        yield halt
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, halt.wish) for number in numbers]
    try:
        yield halt
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def stopped_by_kill() -> Iterator[None]:
    """Take `kill` for Ctrl-C meanwhile: what is half written is removed on the way."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def ended_at_once() -> Iterator[None]:
    """Let Ctrl-C and `kill` end the process meanwhile, where nothing is half written.

    In a wait outside of Python no handler of its own would be called.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, signal.SIG_DFL) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


def _stop(number: int, _frame: FrameType | None) -> None:
    raise Stopped(number=number)
