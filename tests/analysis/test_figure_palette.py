"""Signs of systems: seen on white, told apart without colour, the same everywhere."""

from __future__ import annotations

import colorsys
import re
from itertools import combinations, pairwise

import numpy as np
import pytest

from analysis.figures.palette import (
    COLOURS,
    CONTROL_COLOUR,
    CONTROL_STYLE,
    INK,
    QUIET,
    WHITE,
    blues,
    contrast,
    marker,
    on_top_of,
    system_styles,
)
from tests.analysis.scenes import all_figures

CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
METHODS = [f"system {n}" for n in range(14)]


def linear(colour: str) -> list[float]:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def oklab(rgb: np.ndarray) -> np.ndarray:
    place: np.ndarray = LAB @ np.cbrt(CONES @ np.clip(rgb, 0, 1))
    return place


def test_contrast_is_that_of_the_guidelines() -> None:
    # WCAG 2.2: black on white 21:1; #767676 is the lightest grey with 4.5:1
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#ffffff", "#777777") < 4.5


@pytest.mark.parametrize("colour", [*COLOURS, CONTROL_COLOUR])
def test_marks_stand_out_from_white(colour: str) -> None:
    assert contrast(colour, WHITE) >= 3


@pytest.mark.parametrize("colour", [INK, QUIET])
def test_words_are_read_on_white(colour: str) -> None:
    assert contrast(colour, WHITE) >= 4.5


@pytest.mark.parametrize(
    "seen",
    [
        ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        # Viénot, Brettel and Mollon (1999), linear RGB: protanopia and deuteranopia
        ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
        ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
    ],
)
def test_colours_stay_apart_without_red_or_green_cones(
    seen: tuple[tuple[float, float, float], ...],
) -> None:
    colours = [*COLOURS, CONTROL_COLOUR]
    places = [oklab(np.array(seen) @ linear(colour)) for colour in colours]
    # OKLab (Ottosson 2020); just noticeable is about 0.02
    assert min(np.linalg.norm(a - b) for a, b in combinations(places, 2)) > 0.09


def test_fourteen_systems_are_told_apart_by_shape_alone() -> None:
    styles = system_styles([*METHODS, "Real"], "Real")
    assert len({(s.shape, s.hollow) for s in styles.values()}) == 15


def test_forty_systems_have_forty_signs() -> None:
    styles = system_styles([f"s{n}" for n in range(40)], None)
    assert len(set(styles.values())) == 40


def test_the_control_looks_the_same_whatever_stands_beside_it() -> None:
    for methods in (["A", "Real"], [*METHODS, "Real"], ["Real"]):
        assert system_styles(methods, "Real")["Real"] == CONTROL_STYLE
    assert CONTROL_STYLE not in system_styles(METHODS, None).values()
    red, green, blue = linear(CONTROL_COLOUR)
    assert colorsys.rgb_to_hsv(red, green, blue)[1] == 0


def test_a_system_has_its_colour_in_every_figure() -> None:
    drawn = {f.name: f.svg() for f in all_figures(["Dog"], ["A", "B", "Real"])}
    for colour in COLOURS[:2]:
        for name in ("dots", "forest", "dprime", "patterns"):
            assert f'fill="{colour}"' in drawn[name]
    for name in ("agreement", "raters", "funnel", "time"):
        assert not set(COLOURS) & set(re.findall(r"#[0-9a-f]{6}", drawn[name]))


def test_markers_are_centred_and_of_like_size() -> None:
    for style in system_styles(METHODS[:7], None).values():
        sign = marker(style, 10, 20, radius=3)
        across = [x for x, _ in sign.points]  # type: ignore[union-attr]
        down = [y for _, y in sign.points]  # type: ignore[union-attr]
        assert min(across) + max(across) == pytest.approx(20, abs=0.01)
        assert abs(min(down) + max(down) - 40) < 1.2
        assert 5 < max(across) - min(across) < 9


def test_blues_darken_steadily_and_carry_words() -> None:
    shades = [blues(step / 100) for step in range(101)]
    light = [contrast(shade, "#000000") for shade in shades]
    assert light == sorted(light, reverse=True)
    assert all(contrast(on_top_of(shade), shade) >= 4.5 for shade in shades)
    assert blues(-1) == shades[0]
    assert blues(2) == shades[-1]


def test_steps_of_blue_are_even_in_lightness() -> None:
    # CIE L* from relative luminance Y (CIE 15:2004)
    def lightness(colour: str) -> float:
        red, green, blue = linear(colour)
        y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
        return float(116 * y ** (1 / 3) - 16)

    shades = [lightness(blues(step / 8)) for step in range(9)]
    steps = [one - other for one, other in pairwise(shades)]
    assert max(steps) < 1.5 * min(steps)
