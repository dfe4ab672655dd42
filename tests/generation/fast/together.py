"""Programs that meet, played through: each in a thread, one at a time, in any order.

Triton's interpreter runs programs one after another, and the first would wait for the
second for ever. Here whoever waits hands on, the order changes from round to round, and
one lags behind: what needs one program to be ahead of another without a meeting comes
out wrong.
"""

import inspect
import threading
from random import Random
from typing import Any

WAITS = 1000  # of one program in a row: no other comes
LAGS = 0.8  # of the rounds one program is left out of, while others go on if they can
OVER = "the programs wait for one another for ever"


class Together:
    """A kernel's function that the interpreter calls once a program, then ends all."""

    def __init__(self, function: Any, builder: Any) -> None:
        # what the interpreter asks of a function
        self.__name__ = function.__name__
        self.__globals__ = function.__globals__
        self.__annotations__ = function.__annotations__
        self.__signature__ = inspect.signature(function)
        self._function, self._builder = function, builder
        self._changed = threading.Condition()
        self._rng = Random(1)
        self._queue: list[int] = []
        self._round: list[int] = []
        self._error: BaseException | None = None
        self._waits = 0
        self._last = 0  # who lags behind
        self._meet: Any = builder.create_atomic_rmw
        builder.create_atomic_rmw = self._atomic

    def __call__(self, **arguments: Any) -> None:
        """Note a program; with the last of them run all."""
        self._queue.append(self._builder.grid_idx[0])
        if len(self._queue) < self._builder.grid_dim[0]:
            return
        everyone, self._error, self._waits = self._queue, None, 0
        threads = [
            threading.Thread(target=self._run, args=(number, arguments), daemon=True)
            for number in everyone
        ]
        self._round = []
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self._queue = []
        if self._error is not None:
            raise self._error

    def _run(self, number: int, arguments: dict[str, Any]) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._whose() == number)
            try:
                self._builder.set_grid_idx(number, 0, 0)
                self._function(**arguments)
            except BaseException as error:  # noqa: BLE001 - raised where all are awaited
                self._error = self._error or error
            self._queue = [each for each in self._queue if each != number]
            self._round = [each for each in self._round if each != number]
            self._changed.notify_all()

    def _whose(self) -> int | None:
        """Whose turn it is."""
        if not self._round and self._queue:
            order = self._rng.sample(self._queue, len(self._queue))
            if len(order) > 1 and self._rng.random() < LAGS:
                order = [number for number in order if number != self._last]
            else:
                self._last = self._rng.choice(order)
            self._round = order
        return self._round[0] if self._round else None

    def _atomic(self, kind: Any, place: Any, value: Any, *rest: Any) -> Any:
        """Hand on before asking whether all are here."""
        if value.data.any():
            self._waits = 0
        else:
            self._waits += 1
            number = self._round.pop(0)
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._whose() == number)
            if self._waits > WAITS or self._error is not None:
                raise RuntimeError(OVER)
        return self._meet(kind, place, value, *rest)
