"""A read replica that lags: what a read sees is the database as it was.

Each request of this process first keeps a view of the database: a transaction that
has begun and does not end. A read then looks through the oldest view that is young
enough, so it misses whatever was written since, by whomever. That needs neither
another database nor a word in the operations.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace import clock
from marketplace.models import Requester

SHARPNESS = 8
"""Views are kept this much more often than they age, so that few are open at once."""


@dataclass(slots=True)
class View:
    """The database as it was at `since`; one reader at a time."""

    since: datetime
    connection: BaseDatabaseWrapper
    lock: Lock = field(default_factory=Lock)


class Replica:
    """Reads that see no write younger than `seconds`, and all an eighth older.

    It knows the requests of its own process: writes of another one may show early.
    """

    def __init__(self, seconds: float) -> None:
        self._lag = timedelta(seconds=seconds)
        self._apart = self._lag / SHARPNESS
        self._views: list[View] = []
        self._lock = Lock()

    def keep_up(self, **_: Any) -> None:
        """Keep a view of what is there now; drop those that have become too old."""
        now = clock.now()
        with self._lock:
            if self._views and self._views[-1].since > now:
                # a test has put the clock back
                self._drop_all()
            if not self._views or now - self._views[-1].since >= self._apart:
                self._views.append(View(now, _frozen()))
            while self._views[0].since < self._horizon(now):
                self._drop(self._views.pop(0))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let this thread read through the view while the block runs."""
        self.keep_up()
        with self._lock:
            view = self._views[0]
            # taken before another thread may drop the view
            view.lock.acquire()
        try:
            with _through(view.connection):
                yield
        finally:
            view.lock.release()

    def close(self) -> None:
        """Drop all views."""
        with self._lock:
            self._drop_all()

    def _drop_all(self) -> None:
        while self._views:
            self._drop(self._views.pop())

    def _horizon(self, now: datetime) -> datetime:
        return now - self._lag - self._apart

    @staticmethod
    def _drop(view: View) -> None:
        with view.lock:
            view.connection.close()


def _frozen() -> BaseDatabaseWrapper:
    """A connection whose transaction has begun, and sees no later commit."""
    connection = connections[DEFAULT_DB_ALIAS].copy()
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        # the usual mode would keep all others from writing
        options["transaction_mode"] = "DEFERRED"
    else:
        # its driver need not be there where SQLite is used
        from django.db.backends.postgresql.psycopg_any import IsolationLevel

        options["isolation_level"] = IsolationLevel.REPEATABLE_READ
    connection.inc_thread_sharing()
    with _through(connection):
        transaction.atomic().__enter__()
        # the view is fixed by the first thing that it sees
        Requester.objects.exists()
    return connection


@contextmanager
def _through(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Make it this thread's connection while the block runs."""
    usual = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = connection
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS] = usual
