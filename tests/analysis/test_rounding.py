from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.tables import percent


@pytest.mark.parametrize(
    ("real", "total", "text"),
    [
        (300, 384, "78.13"),  # 78.125 exactly; format() gives 78.12
        (348, 384, "90.63"),  # 90.625 exactly
        (1, 800, "0.13"),
        (0, 3, "0.00"),
        (3, 3, "100.00"),
        (1, 3, "33.33"),
        (2, 3, "66.67"),
    ],
)
def test_percentages_are_rounded_half_up_on_the_exact_ratio(
    real: int, total: int, text: str
) -> None:
    assert percent(Fraction(real, total)) == text


@given(st.integers(0, 400), st.integers(1, 400))
def test_every_ratio_rounds_as_decimal_does(real: int, total: int) -> None:
    ratio = Decimal(100) * real / total
    expected = ratio.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert percent(Fraction(real, total)) == str(expected)


def test_digits_can_be_chosen() -> None:
    assert percent(Fraction(1, 8), digits=0) == "13"
    assert percent(0.015010290, digits=4) == "1.5010"
