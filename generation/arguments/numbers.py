"""Numbers as options, refused by name when they are too small or too large."""

import argparse
from collections.abc import Callable

MOST = 2**63 - 1
"""The largest seed that everything which draws takes."""


def at_least(lowest: int, *, most: int = MOST) -> Callable[[str], int]:
    """What reads a whole number of an option, from `lowest` to `most`."""
    upto = f" to {most}" if most < MOST else ""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = lowest - 1
        if not lowest <= number <= most:
            told = upto or (" to 2^63 - 1" if number > most else "")
            message = f"{text!r}: give a whole number from {lowest}{told}"
            raise argparse.ArgumentTypeError(message)
        return number

    return read
