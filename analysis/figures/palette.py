"""One colour and one shape for each system in every figure.

The first three colours are Okabe and Ito's (2008), the others chosen beside them to
stay apart under all common kinds of colour vision, none too pale for small marks on
white (3:1; WCAG 2.2, 1.4.11). Shapes alone tell systems apart in print without colour.
The control is always a near-black disc, which no generated system has.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from analysis.figures.scene import Circle, Ink, Path

Shape = Literal[
    "disc", "diamond", "square", "triangle", "nabla", "cross", "plus", "star"
]
SHAPES: tuple[Shape, ...] = (
    "diamond",
    "square",
    "triangle",
    "nabla",
    "cross",
    "plus",
    "star",
)
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#332288", "#2f8fcb", "#7a3b00")
CONTROL_COLOUR = "#2b2b2b"
WHITE = "#ffffff"
INK = "#1a1a1a"
QUIET = "#595959"
RULE = "#8a8a8a"
GRID = "#dedede"
BAND = "#f5f5f5"


@dataclass(frozen=True, slots=True)
class Style:
    """Colour and shape of a system; ``hollow`` from the eighth on."""

    colour: str
    shape: Shape
    hollow: bool = False


CONTROL_STYLE = Style(CONTROL_COLOUR, "disc")
Styles = Mapping[str, Style]


def system_styles(methods: Sequence[str], control: str | None) -> Styles:
    """Return the style of each system, by its place among the generated ones."""
    generated = [method for method in dict.fromkeys(methods) if method != control]
    styles = {
        method: Style(
            COLOURS[place % len(COLOURS)],
            SHAPES[place % len(SHAPES)],
            hollow=place // len(SHAPES) % 2 == 1,
        )
        for place, method in enumerate(generated)
    }
    if control is not None:
        styles[control] = CONTROL_STYLE
    return MappingProxyType(styles)


def marker(
    style: Style, x: float, y: float, *, radius: float = 3.0, tip: str = ""
) -> Circle | Path:
    """Return the sign of a system, centred at (x, y)."""
    ink = Ink(WHITE, style.colour, 1.3) if style.hollow else Ink(style.colour)
    if style.shape == "disc":
        return Circle(x, y, radius, ink, tip)
    points = tuple(
        (x + radius * across, y + radius * down)
        for across, down in _OUTLINES[style.shape]
    )
    return Path(points, ink, tip=tip)


def _turned(
    points: Sequence[tuple[float, float]], degrees: float
) -> tuple[tuple[float, float], ...]:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return tuple((x * cos - y * sin, x * sin + y * cos) for x, y in points)


def _plus(half: float, arm: float) -> tuple[tuple[float, float], ...]:
    quarter = ((half, -arm), (half, -half), (arm, -half))
    return tuple(point for turn in range(4) for point in _turned(quarter, 90.0 * turn))


def _star() -> tuple[tuple[float, float], ...]:
    return tuple(
        _turned(((0.0, -(1.35 if spike % 2 == 0 else 0.55)),), 36.0 * spike)[0]
        for spike in range(10)
    )


# unit radius, of like area rather than like width
_OUTLINES: Mapping[Shape, tuple[tuple[float, float], ...]] = {
    "diamond": ((0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)),
    "square": ((-0.95, -0.95), (0.95, -0.95), (0.95, 0.95), (-0.95, 0.95)),
    "triangle": ((0.0, -1.25), (1.2, 0.9), (-1.2, 0.9)),
    "nabla": ((0.0, 1.25), (1.2, -0.9), (-1.2, -0.9)),
    "plus": _plus(0.42, 1.3),
    "cross": _turned(_plus(0.42, 1.35), 45.0),
    "star": _star(),
}


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def on_top_of(colour: str) -> str:
    """Return black or white, whichever is read better on a colour (at least 4.5:1)."""
    return max(("#000000", WHITE), key=lambda text: contrast(text, colour))


def blues(share: float) -> str:
    """Return a blue for a share of the way, 0 (nearly white) to 1 (dark).

    Lightness falls in equal steps of the OKLab space (Ottosson 2020), so that equal
    differences look equal.
    """
    share = min(max(share, 0.0), 1.0)
    lightness = 0.97 - 0.57 * share
    chroma = 0.015 + 0.115 * math.sin(math.pi / 2 * share)
    hue = math.radians(250)
    return _oklab(lightness, chroma * math.cos(hue), chroma * math.sin(hue))


def _oklab(lightness: float, a: float, b: float) -> str:
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    encoded = (
        12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
        for value in (min(max(value, 0.0), 1.0) for value in linear)
    )
    return "#" + "".join(f"{round(255 * value):02x}" for value in encoded)
