"""Cents, dollars and fees."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace import money


@pytest.mark.parametrize(
    ("reward", "places", "fee"),
    [
        # worked example of a study of 1,536 assignments at $0.15: fees $46.08
        (15, 3, 3),
        # the floor: a cent per assignment
        (1, 3, 1),
        (0, 1, 1),
        # half up: 20 % of 0.13 is 0.026, of 0.12 is 0.024, of 0.125 does not exist
        (13, 9, 3),
        (12, 9, 2),
        # ten assignments and more: 40 %
        (15, 10, 6),
        (100, 9, 20),
        (100, 10, 40),
    ],
)
def test_fees_are_those_published(reward: int, places: int, fee: int) -> None:
    assert money.fee_cents(reward, max_assignments=places) == fee


def test_the_table_sized_study_costs_what_was_worked_out() -> None:
    # 512 HITs of 3 assignments at $0.15: 230.40 + 46.08 = 276.48
    price = 15 + money.fee_cents(15, max_assignments=3)
    assert money.dollars(512 * 3 * price) == "276.48"


@settings(max_examples=50, deadline=None)
@given(st.integers(0, money.MAX_CENTS))
def test_an_amount_survives_being_written(cents: int) -> None:
    assert money.to_cents(money.dollars(cents)) == cents
    assert Decimal(money.dollars(cents)) * 100 == cents


@pytest.mark.parametrize(("text", "cents"), [("5", 500), ("5.", 500), ("0.5", 50)])
def test_short_amounts_are_read(text: str, cents: int) -> None:
    assert money.to_cents(text) == cents


@pytest.mark.parametrize("text", [".05", "", "-1", "+1", "1,5", "0.001", "٣", "1 "])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        money.to_cents(text)
