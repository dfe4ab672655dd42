"""The plan in force in this process, and the places where it strikes."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from django.core.signals import request_started

from marketplace.errors import ServiceFaultError, ThrottledError
from marketplace.faults.lag import Replica
from marketplace.faults.plan import Fault, Plan


class _Injector:
    """A plan at work: it counts the calls that it concerns."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.replica = Replica(plan.lag) if plan.lag else None
        self._calls = 0
        self._struck = 0
        self._lock = Lock()

    def next(self) -> tuple[Fault | None, float]:
        """What befalls the next call, and how many seconds its answer waits."""
        with self._lock:
            self._calls += 1
            fault = self.plan.fault_of(self._calls)
            if fault is not None and self._struck == self.plan.times:
                fault = None
            self._struck += fault is not None
            return fault, self.plan.wait_of(self._calls)

    def begin(self) -> None:
        if self.replica is not None:
            request_started.connect(self.replica.keep_up)

    def end(self) -> None:
        if self.replica is not None:
            request_started.disconnect(self.replica.keep_up)
            self.replica.close()


_in_force: list[_Injector] = []
# the same before and after: a client must not be able to tell
_SENTENCE = "a test wants it so"


def start(plan: Plan) -> None:
    """Put a plan in force for as long as the process lives."""
    _in_force.append(_Injector(plan))
    _in_force[-1].begin()


@contextmanager
def injected(plan: Plan) -> Iterator[None]:
    """Put a plan in force, for all threads, while the block runs."""
    injector = _Injector(plan)
    _in_force.append(injector)
    injector.begin()
    try:
        yield
    finally:
        injector.end()
        _in_force.remove(injector)


@contextmanager
def disturbed(operation: str) -> Iterator[None]:
    """Around a call that is done and committed inside the block.

    Raises ThrottledError or ServiceFaultError before or after it, if such is the plan.
    """
    injector = _in_force[-1] if _in_force else None
    if injector is None or not injector.plan.concerns(operation):
        yield
        return
    fault, seconds = injector.next()
    if fault is Fault.THROTTLE:
        raise ThrottledError
    if fault is Fault.BEFORE:
        raise ServiceFaultError(_SENTENCE)
    yield
    if seconds:
        Event().wait(seconds)
    if fault is Fault.AFTER:
        raise ServiceFaultError(_SENTENCE)


@contextmanager
def reading() -> Iterator[None]:
    """Around a call that only reads: what it sees may lag."""
    replica = _in_force[-1].replica if _in_force else None
    if replica is None:
        yield
        return
    with replica.reading():
        yield
