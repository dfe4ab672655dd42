"""A scene as an SVG document that stands alone or inside a page.

It refers to nothing outside itself, carries no style sheet and no ids (several may
stand in one page), and keeps words as text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.figures.scene import Circle, Group, Line, Path, Rect, Text

if TYPE_CHECKING:
    from analysis.figures.scene import Ink, Mark, Scene

FAMILY = (
    "Helvetica, Arial, Liberation Sans, Noto Sans, Noto Sans CJK JP, DejaVu Sans, "
    "sans-serif"
)
# XML 1.0 has no way to write these, not even escaped
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_svg(scene: Scene, *, title: str, description: str) -> str:
    """Return the document: an image named by its title, explained by <desc>."""
    width, height = number(scene.width), number(scene.height)
    size = f'width="{width}" height="{height}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size} '
    lines = [
        f'{head}viewBox="0 0 {width} {height}" font-family="{FAMILY}">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        # pages in dark mode would show through
        f'<rect {size} fill="#ffffff"/>',
        *map(_mark, scene.marks),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def escape(words: str) -> str:
    """Return words as XML text or attribute value."""
    words = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", words)
    for plain, entity in (
        ("&", "&amp;"),
        ("<", "&lt;"),
        (">", "&gt;"),
        ('"', "&quot;"),
        ("'", "&#39;"),
    ):
        words = words.replace(plain, entity)
    return words


def number(value: float) -> str:
    """Return a length with at most two decimals: '12', '12.5', '0'."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _mark(mark: Mark) -> str:
    match mark:
        case Group():
            moved = f"translate({number(mark.dx)} {number(mark.dy)})"
            head = f' transform="{moved}"' if mark.dx or mark.dy else ""
            inner = "".join(_mark(inside) for inside in mark.marks)
            return f"<g{head}>{_tip(mark.tip)}{inner}</g>"
        case Text():
            return _text(mark)
        case Line(start=(x1, y1), end=(x2, y2)):
            ends = f'x1="{number(x1)}" y1="{number(y1)}" '
            ends += f'x2="{number(x2)}" y2="{number(y2)}"'
            return _shape("line", ends, mark.ink, mark.tip)
        case Rect():
            box = f'x="{number(mark.x)}" y="{number(mark.y)}" '
            box += f'width="{number(mark.width)}" height="{number(mark.height)}"'
            return _shape("rect", box, mark.ink, mark.tip)
        case Circle():
            disc = f'cx="{number(mark.x)}" cy="{number(mark.y)}" '
            disc += f'r="{number(mark.radius)}"'
            return _shape("circle", disc, mark.ink, mark.tip)
        case Path():
            points = " ".join(f"{number(x)},{number(y)}" for x, y in mark.points)
            name = "polygon" if mark.closed else "polyline"
            return _shape(name, f'points="{points}"', mark.ink, mark.tip)


def _shape(name: str, where: str, ink: Ink, tip: str) -> str:
    head = f"<{name} {where}{_ink(ink)}"
    return f"{head}>{_tip(tip)}</{name}>" if tip else f"{head}/>"


def _ink(ink: Ink) -> str:
    fill = f' fill="{ink.fill or "none"}"'
    if ink.stroke is None:
        return fill
    stroke = f' stroke="{ink.stroke}" stroke-width="{number(ink.width)}"'
    dash = " ".join(map(number, ink.dash))
    return fill + stroke + (f' stroke-dasharray="{dash}"' if dash else "")


def _tip(tip: str) -> str:
    return f"<title>{escape(tip)}</title>" if tip else ""


def _text(mark: Text) -> str:
    x, y = number(mark.x), number(mark.y)
    parts = [f'<text x="{x}" y="{y}" font-size="{number(mark.size)}"']
    if mark.anchor != "start":
        parts.append(f'text-anchor="{mark.anchor}"')
    if mark.bold:
        parts.append('font-weight="bold"')
    if mark.turn:
        parts.append(f'transform="rotate({number(mark.turn)} {x} {y})"')
    parts.append(f'fill="{mark.colour}">')
    return f"{' '.join(parts)}{_tip(mark.tip)}{escape(mark.words)}</text>"
