"""What a launch plans to pay in fees is what the marketplace takes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.money import fee_cents
from studies.recruiters.mturk_rules import fee


@pytest.mark.parametrize(
    ("reward", "places", "wanted"),
    [
        # mturk.com/pricing, last published: 20 %, at least a cent; 40 % from ten on
        ("0.15", 9, "0.03"),
        ("0.01", 9, "0.01"),
        ("0.00", 9, "0.01"),
        ("0.50", 10, "0.20"),
        ("0.13", 9, "0.03"),
        ("0.12", 9, "0.02"),
    ],
)
def test_fees_are_a_fifth_of_the_reward_and_at_least_a_cent(
    reward: str, places: int, wanted: str
) -> None:
    assert fee(Decimal(reward), places) == Decimal(wanted)


@given(cents=st.integers(0, 100_000), places=st.integers(1, 20))
def test_both_sides_of_the_protocol_reckon_alike(cents: int, places: int) -> None:
    planned = fee(Decimal(cents) / 100, places)
    assert planned * 100 == fee_cents(cents, max_assignments=places)
