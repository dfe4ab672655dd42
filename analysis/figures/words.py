"""Words that must fit a room: shrunk a little, wrapped, or cut with an ellipsis."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from analysis.figures.fonts import width

# a browser without Helvetica or Arial sets wider letters than were measured
SLACK = 1.16
BOLD_SLACK = 1.26
# below four fifths of their size words are cut rather than shrunk further
SMALLEST = 0.8
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"


@dataclass(frozen=True, slots=True)
class Fitted:
    """Words as they are to be set; ``whole`` where they had to be cut, else empty."""

    words: str
    size: float
    whole: str = ""


@lru_cache(maxsize=4096)
def room_for(words: str, size: float, *, bold: bool = False) -> float:
    """Return the points to keep free for words in one line."""
    slack = BOLD_SLACK if bold else SLACK
    return slack * width(words, size, bold=bold)


@lru_cache(maxsize=4096)
def fit(words: str, room: float, size: float, *, bold: bool = False) -> Fitted:
    """Return words that need at most ``room`` points, of ``size`` or a little less."""
    words = one_line(words)
    needed = room_for(words, size, bold=bold)
    if needed <= room:
        return Fitted(words, size)
    small = max(size * SMALLEST, size * room / needed)
    if needed * small / size <= room + 1e-6:
        return Fitted(words, small)
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if room_for(_cut(words, middle), small, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    return Fitted(_cut(words, low), small, whole=words)


def wrap(words: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Return the lines of words that each need at most ``room`` points."""
    lines: list[str] = []
    for word in one_line(words).split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and room_for(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines += _pieces(word, room, size, bold=bold)
    return lines


def balanced(words: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Return the lines of `wrap`, of like width where there are several."""
    lines = wrap(words, room, size, bold=bold)
    narrower = lines
    while len(lines) > 1 and len(narrower) == len(lines) and room > 8 * size:
        lines, room = narrower, 0.95 * room
        narrower = wrap(words, room, size, bold=bold)
    return lines


def one_line(words: str) -> str:
    """Return words without line breaks, tabs or runs of spaces."""
    return " ".join(words.split())


def brief(name: str, letters: int = 36) -> str:
    """Return a name short enough to stand in a sentence."""
    name = one_line(name)
    return name if len(name) <= letters else _cut(name, letters - 1)


def _pieces(word: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Return a word, broken where it alone is wider than a line."""
    pieces = [""]
    for letter in word:
        longer = pieces[-1] + letter
        if pieces[-1] and room_for(longer, size, bold=bold) > room:
            pieces.append(letter)
        else:
            pieces[-1] = longer
    return pieces


def _cut(words: str, letters: int) -> str:
    """Return so many letters and an ellipsis between the beginning and the end.

    Names that begin alike often end differently. No accent is parted from its letter.
    """
    first = letters - letters // 3
    last = len(words) - letters // 3
    while 0 < first < len(words) and unicodedata.combining(words[first]):
        first -= 1
    while last < len(words) and unicodedata.combining(words[last]):
        last += 1
    return words[:first].rstrip() + ELLIPSIS + words[last:].lstrip()
