"""Money in whole cents, and the fees of the marketplace.

Rates as last published by MTurk: 20 % of the reward, 20 % more for a HIT of ten or
more assignments, 20 % of a bonus, rounded half up to the cent, and at least one cent
per assignment or bonus.
"""

import re
from decimal import ROUND_HALF_UP, Decimal

AMOUNT_PATTERN = re.compile(r"[0-9]+\.?[0-9]{0,2}")
MANY_ASSIGNMENTS = 10
"""A HIT of this many assignments pays the higher fee, and none grows across it."""

MAX_CENTS = 10**12
_MAX_DIGITS = 40
_RATE = Decimal("0.20")
_RATE_MANY = Decimal("0.40")
_MINIMUM_FEE_CENTS = 1


def to_cents(amount: str) -> int:
    """Cents of a dollar amount such as "0.05", "5" or "5.".

    Raises ValueError for anything else, a leading dot, a sign or a third decimal too.
    """
    if not AMOUNT_PATTERN.fullmatch(amount):
        message = f"{amount[:40]!r} is not an amount of dollars such as 0.05"
        raise ValueError(message)
    # a Decimal has its limits too: of a million digits it makes no number
    cents = int(Decimal(amount) * 100) if len(amount) <= _MAX_DIGITS else MAX_CENTS + 1
    if cents > MAX_CENTS:
        message = f"{amount[:40]!r} is more than this marketplace handles"
        raise ValueError(message)
    return cents


def dollars(cents: int) -> str:
    """The amount as the protocol writes it: "0.05", "10000.00"."""
    return f"{Decimal(cents) / 100:.2f}"


def fee_cents(reward_cents: int, *, max_assignments: int) -> int:
    """What the marketplace takes for one assignment, beside the reward."""
    rate = _RATE_MANY if max_assignments >= MANY_ASSIGNMENTS else _RATE
    exact = Decimal(reward_cents) * rate
    fee = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return max(_MINIMUM_FEE_CENTS, fee)


def bonus_fee_cents(bonus_cents: int) -> int:
    """What the marketplace takes for one bonus, beside the bonus."""
    return fee_cents(bonus_cents, max_assignments=1)
