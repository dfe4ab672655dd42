"""Work shared out among processes that end with the one that asked, without a word.

A pool of the standard library takes a process that `kill` ended for a fault of its own:
asked to stop as a group, its thread prints a traceback, or waits for ever.
"""

import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import Enum, auto
from multiprocessing import current_process, get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from multiprocessing.reduction import ForkingPickler
from multiprocessing.resource_tracker import ensure_running
from traceback import format_exc
from types import FrameType
from typing import NoReturn, TypeVar

T = TypeVar("T")

_STOPS = (signal.SIGINT, signal.SIGTERM)


class _State(Enum):
    """What a process tells of itself, beside what it made."""

    BEGUN = auto()
    DONE = auto()


def done_apart(
    work: Callable[[T], str], tasks: Sequence[T], *, processes: int
) -> Generator[str, None, None]:
    """Yield what `work` makes of each task, as it comes; all can be pickled.

    Each process takes every `processes`-th task in turn. Closed, or ended by an
    exception, this ends them: by SystemExit, so that work under way can tidy up, and
    Ctrl-C is not heard by them. Each loads the main script anew, which must do so
    without harm: its calls stand below `if __name__ == "__main__":`. Raises what the
    work does (where pickle would lose that, an OSError, ValueError or RuntimeError of
    its words), and ChildProcessError where a process ends before its work does.
    """
    if getattr(current_process(), "_inheriting", False):
        # loading the main script, which calls this again: `_require_done` tells of it
        sys.exit(1)
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
    """Yield what processes tell until all are done."""
    states: dict[Connection, _State] = {}
    while running:
        for hears in wait([*running]):
            assert isinstance(hears, Connection)
            told = None
            with suppress(EOFError):  # about to end
                told = hears.recv()
            if told is None:
                _require_done(running.pop(hears), states.get(hears))
            elif isinstance(told, _State):
                states[hears] = told
            elif isinstance(told, Exception):
                raise told
            else:
                yield told


def _require_done(process: BaseProcess, state: _State | None) -> None:
    """Raise ChildProcessError unless a process, about to end, did its share."""
    process.join()
    status = process.exitcode or 0
    if state is _State.DONE:
        return
    if state is None and status > 0:
        main = getattr(sys.modules["__main__"], "__file__", "the main module")
        raise ChildProcessError(
            f"{main}: each worker loads this file anew, and ended while it did so: put "
            'what it does below a line `if __name__ == "__main__":`, or give workers=1'
        )
    fewer = ", with fewer workers if memory is short" if status == -9 else ""
    raise ChildProcessError(
        f"a process at work ended by itself ({_ending(status)}); run the same command "
        f"again to go on{fewer}"
    )


def _ending(status: int) -> str:
    """Return the name of the signal that ended a process, or its status."""
    # 128 and more, as shells have it: what `_leave` makes of a signal
    number = -status if status < 0 else status - 128
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}" if status < 0 else f"status {status}"


@contextmanager
def _deaf() -> Iterator[None]:
    """Let nobody hear of a wish to stop: processes started meanwhile, not for good.

    Until they take it as they should, they would print a traceback. It holds for the
    calling thread and what that starts: other threads of this process hear as before.
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
        tells.send(_State.BEGUN)
        for task in tasks:
            try:
                told = work(task)
            except Exception as error:  # noqa: BLE001 - raised where it is awaited
                error.add_note(format_exc())
                tells.send(_portable(error))
                break
            tells.send(told)
        tells.send(_State.DONE)


def _portable(error: Exception) -> Exception:
    """Return an error, or one of its words and notes where pickle would lose those."""
    with suppress(Exception):  # whatever its __init__ and __reduce__ raise
        again = ForkingPickler.loads(ForkingPickler.dumps(error))
        if str(again) == str(error) and again.__notes__ == error.__notes__:
            return error
    kinds = (kind for kind in (OSError, ValueError) if isinstance(error, kind))
    told = next(kinds, RuntimeError)(f"{type(error).__name__}: {error}")
    for note in error.__notes__:
        told.add_note(note)
    return told


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # once: tidying up is not broken off
    sys.exit(128 + number)
