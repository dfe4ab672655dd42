"""A bar on the terminal."""

import sys
from collections.abc import Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def bar(items: Iterator[T], total: int, *, label: str, unit: str) -> Iterator[T]:
    """Give the items out while a bar with the time left moves on standard error.

    Where that is no terminal, a log say, it moves twice a minute.
    """
    pace = 0.1 if sys.stderr.isatty() else 30.0
    yield from tqdm(
        items,
        total=total,
        desc=label,
        unit=unit,
        dynamic_ncols=True,
        mininterval=pace,
        maxinterval=max(pace, 10.0),
    )


def above(words: str) -> None:
    """Tell something in a line of its own, above the bar that moves there."""
    tqdm.write(words, file=sys.stderr)
