"""Percentages rounded half up on exact ratios."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction


def percent(ratio: Fraction | float, *, digits: int = 2) -> str:
    """Return a ratio as a percentage without sign, rounded half up.

    300/384 is 78.125 % exactly and gives '78.13'; formatting the float would give
    '78.12'. Floats are taken at their exact value.
    """
    scale = 10**digits
    hundreds = Fraction(ratio) * 100 * scale
    whole = (2 * hundreds.numerator + hundreds.denominator) // (
        2 * hundreds.denominator
    )
    return str(Decimal(whole).scaleb(-digits))
