"""A bar on the terminal."""

import sys
from collections.abc import Iterator
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def bar(items: Iterator[T], total: int, *, label: str, unit: str) -> Iterator[T]:
    """Give the items out while a bar with the time left moves on standard error."""
    yield from tqdm(items, total=total, desc=label, unit=unit, dynamic_ncols=True)


def above(words: str) -> None:
    """Tell something in a line of its own, above the bar that moves there."""
    tqdm.write(words, file=sys.stderr)
