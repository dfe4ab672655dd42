"""Ctrl-C and `kill` taken as a wish to stop after the step that is being done."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Halt:
    """Whether someone asked to stop."""

    def __init__(self) -> None:
        self.is_wished = False

    def wish(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signals call it
        """Ask to stop; asked a second time, stop at once."""
        if self.is_wished:
            raise KeyboardInterrupt
        self.is_wished = True


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
