"""Which font of the PDF has which letter, and how wide words are.

Helvetica, which every reader has, sets what Windows Latin 1 can write. Other letters
come from a font file where the machine has one that knows them, Chinese, Japanese and
Korean from the reader's own fonts; what is left becomes '?'.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from analysis.figures.letters import visual_order

PLAIN = "Helvetica"
BOLD = "Helvetica-Bold"
FILES = tuple(
    Path("/usr/share/fonts/truetype", name)
    for name in (
        "dejavu/DejaVuSans.ttf",
        "droid/DroidSansFallbackFull.ttf",
        "wqy/wqy-zenhei.ttc",
    )
)
HANGUL = "HYGothic-Medium"
KANJI = "HeiseiKakuGo-W5"
# Helvetica has no sign of its own for these
STAND_INS = str.maketrans({"\N{MINUS SIGN}": "\N{EN DASH}", "\N{PRIME}": "'"})


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Return the width of words in points, set in one line."""
    return sum(
        stringWidth(letters, font, size) for font, letters in runs(words, bold=bold)
    )


@lru_cache(maxsize=4096)
def runs(words: str, *, bold: bool = False) -> tuple[tuple[str, str], ...]:
    """Return (font, letters) pieces that together write the words, left to right."""
    words = writable(words)
    plain = BOLD if bold else PLAIN
    if words.isascii() and words.isprintable():
        return ((plain, words),) if words else ()
    known = [_letter(letter, plain) for letter in visual_order(words)]
    return tuple(
        (font, "".join(letter for _, letter in letters))
        for font, letters in groupby(known, key=lambda pair: pair[0])
    )


def writable(words: str) -> str:
    """Return words as a PDF can hold them: composed, without halves of letters."""
    words = unicodedata.normalize("NFC", words).translate(STAND_INS)
    return words.encode("utf-8", "replace").decode()


def _letter(letter: str, plain: str) -> tuple[str, str]:
    """Return (font, letter) that writes a letter or '?' in its place."""
    if letter.isspace():
        return plain, " "
    if not letter.isprintable():
        return plain, "?"
    if _latin(letter):
        return plain, letter
    for font in _fonts():
        if ord(letter) in font.face.charToGlyph:
            return font.fontName, letter
    name = _asian(letter)
    return (_asian_font(name), letter) if name else (plain, "?")


def _latin(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=1)
def _fonts() -> tuple[TTFont, ...]:
    found = []
    for path in FILES:
        try:
            font = TTFont(path.stem, str(path))
        except (TTFError, OSError):
            continue
        registerFont(font)
        found.append(font)
    return tuple(found)


def _asian(letter: str) -> str:
    """Return the reader's font for a letter of East Asia, or nothing."""
    name = unicodedata.name(letter, "")
    if name.startswith("HANGUL SYLLABLE"):
        return HANGUL
    first = name.split(" ", 1)[0].split("-", 1)[0]
    if first in {"HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH"} or (
        name.startswith("CJK UNIFIED IDEOGRAPH") and ord(letter) < 0x10000
    ):
        return KANJI
    return ""


@lru_cache(maxsize=2)
def _asian_font(name: str) -> str:
    registerFont(UnicodeCIDFont(name))
    return name
