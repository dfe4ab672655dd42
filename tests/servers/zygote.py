"""A process that has the site loaded and forks one process per job.

    python -m tests.servers.zygote      (jobs as JSON lines on standard input)

Each job is a real process of its own with its own connections, and may be made to
kill itself at its n-th step with SIGKILL: see `Fuse`. Starting a fresh interpreter
for each of hundreds of them would take a second or two every time.
"""

import gc
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from importlib import import_module
from typing import Any


class Fuse:
    """Counts the steps of a job and kills the process at the chosen one.

    A step is every moment right before and right after a writing SQL statement, a
    call to the recruiter, and the storing of a file. What a kill finds in an open
    transaction is undone by the database, as with a power cut.
    """

    def __init__(self, kill_at: int | None) -> None:
        self._kill_at, self.steps = kill_at, 0

    def tick(self) -> None:
        """Take one step, perhaps the last."""
        self.steps += 1
        if self.steps == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return `call` with a step before and one after."""

        @wraps(call)
        def stepped(*args: Any, **named: Any) -> Any:
            self.tick()
            result = call(*args, **named)
            self.tick()
            return result

        return stepped

    @contextmanager
    def laid(self) -> Iterator[None]:
        """Lay the fuse through database, recruiter and files."""
        from django.db import connection

        from studies.recruiters.mturk_wire import Wire
        from studies.services import ingest, stimuli

        def query(execute: Any, sql: str, *rest: Any) -> Any:
            if sql.split(" ", 1)[0] in ("INSERT", "UPDATE", "DELETE"):
                return self.around(execute)(sql, *rest)
            return execute(sql, *rest)

        with ExitStack() as stack:
            stack.enter_context(connection.execute_wrapper(query))
            for owner, name in (
                (Wire, "call"),
                (ingest, "keep"),
                (stimuli, "keep"),
            ):
                before = getattr(owner, name)
                stack.callback(setattr, owner, name, before)
                setattr(owner, name, self.around(before))
            yield


def _work(job: dict[str, Any]) -> dict[str, Any]:
    from django.db import connections

    # loaded before: `main` has seen to that
    from tests.servers import jobs, looks, market

    fuse = Fuse(job.get("kill_at"))
    try:
        with fuse.laid():
            found = (getattr(m, job["do"], None) for m in (jobs, looks, market))
            do = next(filter(None, found))
            done = {"value": do(**job["args"])}
    except Exception:  # noqa: BLE001 - whatever it is, the test shall read it
        done = {"error": traceback.format_exc()}
    connections.close_all()
    return {**done, "steps": fuse.steps}


def _fork(job: dict[str, Any]) -> tuple[int, int]:
    reads, writes = os.pipe()
    child = os.fork()
    if child:
        os.close(writes)
        return child, reads
    os.close(reads)
    # what a job prints must not end up among the answers
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with os.fdopen(writes, "w") as back:
        back.write(json.dumps(_work(job)))
    os._exit(0)


def _reap(child: int, reads: int) -> dict[str, Any]:
    with os.fdopen(reads) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"killed": os.WTERMSIG(status)}
    result: dict[str, Any] = json.loads(said)
    return result


def main() -> None:
    import django

    django.setup()
    # a job that had to load one of these itself would spend a quarter of a second on it
    for name in ("jobs", "looks", "market"):
        import_module(f"tests.servers.{name}")
    import_module("tests.servers.jobs").warm_up()
    # no job has to look whether what is loaded is garbage
    gc.freeze()
    for line in sys.stdin:
        running = [_fork(job) for job in json.loads(line)]
        sys.stdout.write(json.dumps([_reap(*each) for each in running]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
