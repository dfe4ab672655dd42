"""Arabic and Hebrew for a writer that sets one glyph after the other, left to right.

Browsers do this themselves; a PDF is given the joined forms in the order seen. Enough
for names: one right-to-left stretch inside a line, numbers within it kept as written,
after the rules of the Unicode Standard (chapter 9.2 and annex 9).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby

# presentation forms B, each of which Unicode decomposes into "<initial> letter"
_FORMS = range(0xFE80, 0xFEFD)
_TATWEEL = "\N{ARABIC TATWEEL}"


def visual_order(words: str) -> str:
    """Return words with Arabic joined and right-to-left stretches turned round."""
    if not any(map(_backward, words)):
        return words
    joined = _join(words)
    first = next(i for i, letter in enumerate(joined) if _backward(letter))
    last = max(i for i, letter in enumerate(joined) if _backward(letter))
    middle = joined[first : last + 1]
    pieces = [
        "".join(letter for _, letter in places)
        for _, places in groupby(enumerate(middle), key=_piece)
    ]
    return joined[:first] + "".join(reversed(pieces)) + joined[last + 1 :]


def _backward(letter: str) -> bool:
    return unicodedata.bidirectional(letter) in {"R", "AL"}


def _piece(place: tuple[int, str]) -> int:
    """Return one key for a stretch that reads forward, and a new one for the rest."""
    index, letter = place
    forward = unicodedata.bidirectional(letter) in {"L", "EN", "AN", "CS", "ES"}
    return -1 if forward else index


@lru_cache(maxsize=1)
def _shapes() -> dict[str, dict[str, str]]:
    """Return the forms of each letter: isolated, initial, medial, final."""
    shapes: dict[str, dict[str, str]] = {}
    for code in _FORMS:
        tag, *base = unicodedata.decomposition(chr(code)).split()
        if len(base) == 1:
            letter = chr(int(base[0], 16))
            shapes.setdefault(letter, {})[tag.strip("<>")] = chr(code)
    return shapes


def _join(words: str) -> str:
    """Return words with every Arabic letter in the form its neighbours call for."""
    shapes = _shapes()
    # marks stand on letters and hinder no join
    letters = [letter for letter in words if not unicodedata.combining(letter)]
    forms = []
    for index, letter in enumerate(letters):
        before = letters[index - 1] if index else ""
        after = letters[index + 1] if index + 1 < len(letters) else ""
        joins_before = _joins_on(shapes, before) and "final" in shapes.get(letter, {})
        joins_after = _joins_on(shapes, letter) and (
            "final" in shapes.get(after, {}) or after == _TATWEEL
        )
        names = {
            (False, False): "isolated",
            (False, True): "initial",
            (True, False): "final",
            (True, True): "medial",
        }
        form = names[joins_before, joins_after]
        forms.append(shapes.get(letter, {}).get(form, letter))
    return "".join(forms)


def _joins_on(shapes: dict[str, dict[str, str]], letter: str) -> bool:
    return letter == _TATWEEL or "initial" in shapes.get(letter, {})
