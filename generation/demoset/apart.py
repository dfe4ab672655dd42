"""Work shared out among processes that end with the one that asked, without a word.

A pool of the standard library takes a process that `kill` ended for a fault of its own:
asked to stop as a group, its thread prints a traceback, or waits for ever.
"""

import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.resource_tracker import ensure_running
from traceback import format_exc
from types import FrameType
from typing import NoReturn, TypeVar

T = TypeVar("T")

_STOPS = (signal.SIGINT, signal.SIGTERM)


def done_apart(
    work: Callable[[T], str], tasks: Sequence[T], *, processes: int
) -> Generator[str, None, None]:
    """Yield what `work` makes of each task, as it comes; all can be pickled.

    Each process takes every `processes`-th task in turn. Closed, or ended by an
    exception, this ends them: by SystemExit, so that work under way can tidy up, and
    Ctrl-C is not heard by them. Raises what the work does, and ChildProcessError where
    a process ends before its work does.
    """
    # no plain fork: a bar on the terminal has a thread, which it would not copy
    context = get_context("forkserver")
    running: dict[Connection, BaseProcess] = {}
    try:
        with _deaf():
            for number in range(processes):
                hears, tells = context.Pipe(duplex=False)
                share = tasks[number::processes]
                process = context.Process(
                    target=_do, args=(tells, work, share), daemon=True
                )
                process.start()
                tells.close()
                running[hears] = process
        yield from _told(dict(running))
    finally:
        for each in running.values():
            each.terminate()
        for hears, each in running.items():
            each.join()
            hears.close()


def _told(running: dict[Connection, BaseProcess]) -> Iterator[str]:
    """Yield what processes tell until all have ended well."""
    while running:
        for hears in wait([*running]):
            assert isinstance(hears, Connection)
            try:
                told = hears.recv()
            except EOFError:
                _require_well(running.pop(hears))
                continue
            if isinstance(told, Exception):
                raise told
            yield told


def _require_well(process: BaseProcess) -> None:
    """Raise ChildProcessError unless a process, about to end, ended well."""
    process.join()
    if process.exitcode:
        raise ChildProcessError(
            f"a process at work ended by itself (status {process.exitcode}); run the "
            "same command again to go on, with fewer workers if memory is short"
        )


@contextmanager
def _deaf() -> Iterator[None]:
    """Let nobody hear of a wish to stop: processes started meanwhile, not for good.

    Until they take it as they should, they would print a traceback.
    """
    ensure_running()  # where it is not, starting it would let signals in again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _do(tells: Connection, work: Callable[[T], str], tasks: Sequence[T]) -> None:
    """Do a process's share."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPS)
    with suppress(BrokenPipeError):  # nobody is there any more
        for task in tasks:
            try:
                told: str | Exception = work(task)
            except Exception as error:  # noqa: BLE001 - raised where it is awaited
                error.add_note(format_exc())
                told = error
            tells.send(told)
            if isinstance(told, Exception):
                return


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # once: tidying up is not broken off
    sys.exit(128 + number)
