"""Numbers as a paper prints them."""

from __future__ import annotations

from analysis.tables import percent

MISSING = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
SMALLEST_P = 0.0001


def figure(value: float | None, digits: int = 3) -> str:
    """Return a number with so many decimals, half up; a dash for None."""
    if value is None:
        return MISSING
    # percent() rounds exact ratios half up: a hundredth of it is the number itself
    text = percent(abs(value) / 100, digits=digits)
    return f"{MINUS}{text}" if value < 0 and float(text) else text


def share(value: float | None, digits: int = 2) -> str:
    """Return a share in [0, 1] in percent, without the sign."""
    return MISSING if value is None else percent(value, digits=digits)


def points(value: float | None, digits: int = 2) -> str:
    """Return a difference of shares in percentage points with its sign: '+4.17'."""
    if value is None:
        return MISSING
    text = percent(abs(value), digits=digits)
    if not float(text):
        return text
    return f"{MINUS if value < 0 else '+'}{text}"


def span(low: float | None, high: float | None, digits: int = 3) -> str:
    """Return an interval of numbers: '[0.72, 0.81]'."""
    if low is None or high is None:
        return MISSING
    return f"[{figure(low, digits)}, {figure(high, digits)}]"


def points_span(low: float | None, high: float | None, digits: int = 2) -> str:
    """Return an interval of differences of shares in percentage points."""
    if low is None or high is None:
        return MISSING
    return f"[{points(low, digits)}, {points(high, digits)}]"


def p_value(p: float | None) -> str:
    """Return a p value with four decimals, '<0.0001' below and '>0.9999' above them."""
    if p is None:
        return MISSING
    if p < SMALLEST_P:
        return f"<{SMALLEST_P:.4f}"
    if 1 - SMALLEST_P < p < 1:
        return f">{1 - SMALLEST_P:.4f}"
    return figure(p, 4)
