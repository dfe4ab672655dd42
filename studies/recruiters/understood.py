"""An answer that nobody can read is a fault of the recruiter's, like any other."""

import functools
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from studies.errors import RecruiterError

logger = logging.getLogger(__name__)
Class = TypeVar("Class")

CALLS = (
    "open",
    "find",
    "status",
    "extend",
    "expire",
    "approve",
    "reject",
    "bonus",
    "bonus_paid",
    "compensate",
    "balance",
    "cost",
)
LISTS = ("submissions",)
_UNREADABLE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What reading a field raises that is missing, or holds something else."""


def understood(recruiter: type[Class]) -> type[Class]:
    """Make every call of a recruiter raise RecruiterError for unreadable answers.

    It is not for good, and whether the call took effect is not known.
    """
    for name in CALLS:
        setattr(recruiter, name, _call(getattr(recruiter, name)))
    for name in LISTS:
        setattr(recruiter, name, _list(getattr(recruiter, name)))
    return recruiter


def _call(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(self: Any, *args: Any, **named: Any) -> Any:
        with _reading(self.name, method.__name__):
            return method(self, *args, **named)

    return call


def _list(method: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    @functools.wraps(method)
    def rows(self: Any, *args: Any, **named: Any) -> Iterator[Any]:
        with _reading(self.name, method.__name__):
            yield from method(self, *args, **named)

    return rows


@contextmanager
def _reading(name: str, call: str) -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        # the place is worth knowing: it may as well be a defect of ours
        logger.warning("%s, %s: unreadable answer", name, call, exc_info=True)
        raise RecruiterError(
            f"{name}, {call}: its answer cannot be read "
            f"({type(error).__name__}: {str(error)[:200]})",
            permanent=False,
            uncertain=True,
        ) from error
