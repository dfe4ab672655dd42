"""Processes that live and die together."""

import os
import signal
import sys
from types import FrameType


class _Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    pass


def run_together(*commands: tuple[str, ...]) -> None:
    """Run each command line in a Python of its own until we are told to stop.

    One that ends by itself takes the others with it, so that nothing half works.
    """
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, _stop)
    running: list[int] = []
    try:
        for words in commands:
            line = [sys.executable, *words]
            running.append(os.spawnv(os.P_NOWAIT, sys.executable, line))  # noqa: S606
        ended, _ = os.wait()
        running.remove(ended)
    except _Stopped:
        pass
    finally:
        for asked in (signal.SIGINT, signal.SIGTERM):
            signal.signal(asked, signal.SIG_IGN)
        for each in running:
            os.kill(each, signal.SIGTERM)
        for each in running:
            os.waitpid(each, 0)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stopped
