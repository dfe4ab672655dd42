"""How many columns a terminal gives to a text."""

from __future__ import annotations

import unicodedata

EMOJI_STYLE = "\N{VARIATION SELECTOR-16}"
# vowels and final consonants that join the Hangul syllable before them
JOINING_JAMO = range(0x1160, 0x1200)


def one_line(text: str) -> str:
    """Return the text with control characters and line ends turned into spaces."""
    return "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in text
    )


def width(text: str) -> int:
    """Return the columns of a text: two for wide characters, none for combining."""
    columns = 0
    narrow_before = False
    for char in text:
        if char == EMOJI_STYLE and narrow_before:
            columns += 1
        size = _char_width(char)
        columns += size
        narrow_before = size == 1
    return columns


def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or ord(char) in JOINING_JAMO:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def left(text: str, columns: int) -> str:
    """Return the text followed by spaces up to so many columns."""
    return text + " " * (columns - width(text))


def right(text: str, columns: int) -> str:
    """Return the text after spaces up to so many columns."""
    return " " * (columns - width(text)) + text


def wrapped(text: str, columns: int) -> str:
    """Return the text broken at spaces into lines of at most so many columns."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and width(longer) > columns:
            lines.append(line)
            line = word
        else:
            line = longer
    return "\n".join([*lines, line])
