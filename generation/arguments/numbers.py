"""Numbers as options, refused by name when they are too small."""

import argparse
from collections.abc import Callable


def at_least(lowest: int) -> Callable[[str], int]:
    """What reads a whole number of an option, `lowest` or more."""

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = lowest - 1
        if number < lowest:
            message = f"{text!r}: give a whole number from {lowest}"
            raise argparse.ArgumentTypeError(message)
        return number

    return read
