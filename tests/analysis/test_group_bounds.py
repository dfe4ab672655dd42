"""Group-sequential bounds beyond the published tables."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.sequential import GroupKind, group_bounds, stagewise_p

KINDS: tuple[GroupKind, ...] = ("obrien-fleming", "pocock")


@pytest.mark.parametrize("kind", KINDS)
def test_one_look_is_a_plain_test(kind: GroupKind) -> None:
    # the normal quantile of .975, scipy 1.17.1
    assert group_bounds(kind, 1) == pytest.approx((1.959964,), rel=1e-6)


@pytest.mark.parametrize(
    ("kind", "looks", "constant"),
    # C. Jennison and B. Turnbull (2000), tables 2.1 and 2.3, alpha .05
    [
        ("pocock", 10, 2.555),
        ("pocock", 20, 2.672),
        ("obrien-fleming", 10, 2.087),
        ("obrien-fleming", 20, 2.126),
    ],
)
def test_bounds_of_many_looks_are_those_in_print(
    kind: GroupKind, looks: int, constant: float
) -> None:
    bounds = group_bounds(kind, looks)
    assert bounds[-1] == pytest.approx(constant, abs=5e-4)
    root = [math.sqrt(looks / look) for look in range(1, looks + 1)]
    shape = root if kind == "obrien-fleming" else [1.0] * looks
    assert bounds == pytest.approx([bounds[-1] * each for each in shape])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("alpha", "fractions"), [(0.05, (0.2, 0.3, 1.0)), (0.2, (0.5, 0.9, 1.0))]
)
def test_a_walk_without_drift_crosses_in_alpha_of_all_cases(
    kind: GroupKind, alpha: float, fractions: tuple[float, ...]
) -> None:
    bounds = group_bounds(kind, 3, alpha=alpha, fractions=fractions)
    rng = np.random.default_rng(3)
    steps = np.sqrt(np.diff(fractions, prepend=0.0))
    walks = (rng.normal(size=(200_000, 3)) * steps).cumsum(axis=1)
    crossed = (abs(walks / np.sqrt(fractions)) >= bounds).any(axis=1).mean()
    # four standard errors
    assert crossed == pytest.approx(alpha, abs=4 * math.sqrt(alpha / 200_000))


@pytest.mark.parametrize("kind", KINDS)
def test_equally_spaced_looks_are_the_default(kind: GroupKind) -> None:
    spaced = group_bounds(kind, 4, fractions=(0.25, 0.5, 0.75, 1))
    assert group_bounds(kind, 4) == pytest.approx(spaced)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_p_is_at_most_alpha_just_where_the_bound_is_reached(
    kind: GroupKind, number: int
) -> None:
    bound = group_bounds(kind, 3)[number - 1]
    spent = stagewise_p(kind, 3, number=number, z=bound)
    assert spent <= 0.05 + 1e-9
    assert stagewise_p(kind, 3, number=number, z=-bound - 0.1) < spent
    if number == 3:
        assert spent == pytest.approx(0.05, abs=1e-9)
        assert stagewise_p(kind, 3, number=number, z=bound - 0.1) > 0.05


def test_p_of_a_first_look_is_that_of_one_test() -> None:
    # two tails of the normal beyond 3, scipy 1.17.1
    assert stagewise_p("pocock", 5, number=1, z=3.0) == pytest.approx(
        0.0026998, rel=1e-4
    )


def test_p_without_any_difference_is_one() -> None:
    assert stagewise_p("pocock", 3, number=3, z=0.0) == pytest.approx(1)


@pytest.mark.parametrize("looks", [0, -1, 21])
def test_numbers_of_looks_that_cannot_be_planned_are_refused(looks: int) -> None:
    with pytest.raises(ValueError, match=f"{looks} looks: between 1 and 20"):
        group_bounds("pocock", looks)


@pytest.mark.parametrize(
    ("fractions", "words"),
    [
        ((0.5, 1), "2 fractions for 3 looks"),
        ((0.5, 0.4, 1), "rise by at least"),
        ((0.2, 0.4, 0.9), "end at 1"),
        ((0, 0.5, 1), "rise by at least"),
    ],
)
def test_fractions_that_are_none_are_refused(
    fractions: tuple[float, ...], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        group_bounds("pocock", 3, fractions=fractions)


def test_other_kinds_levels_and_looks_are_refused() -> None:
    with pytest.raises(ValueError, match="kind is 'always-valid'"):
        group_bounds("always-valid", 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="alpha is 5"):
        group_bounds("pocock", 3, alpha=5)
    with pytest.raises(ValueError, match="look 4 was not planned"):
        stagewise_p("pocock", 3, number=4, z=1)
