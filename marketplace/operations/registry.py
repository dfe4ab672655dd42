"""The operations on offer, by name: a module of this package adds its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.errors import not_offered
from marketplace.models import Requester


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the operation `name`: who makes it, checked parameters, and when."""

    name: str
    requester: Requester
    parameters: Mapping[str, Any]
    now: datetime


Handler = Callable[[Call], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Operation:
    """How a call is answered, and whether it changes anything."""

    run: Handler
    writes: bool


_OPERATIONS: dict[str, Operation] = {}


def operation(name: str, *, writes: bool) -> Callable[[Handler], Handler]:
    """Offer the decorated function as the operation of that name."""

    def register(handler: Handler) -> Handler:
        _OPERATIONS[name] = Operation(handler, writes)
        return handler

    return register


def find(name: str) -> Operation:
    """The operation of that name; raises RequestError when it is not offered."""
    found = _OPERATIONS.get(name)
    if found is None:
        raise not_offered(f"The operation {name}")
    return found


def offered() -> frozenset[str]:
    """The names of all operations on offer."""
    return frozenset(_OPERATIONS)
