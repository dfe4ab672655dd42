"""Group-sequential bounds: how large |z| must be at each of a few planned looks."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy import optimize, special

from analysis.intervals.tails import positive

if TYPE_CHECKING:
    from collections.abc import Sequence

GroupKind = Literal["obrien-fleming", "pocock"]
GROUP_KINDS: tuple[GroupKind, ...] = get_args(GroupKind)
MOST_LOOKS = 20
# between looks closer than this the normal kernel is narrower than the grid can be
LEAST_STEP = 0.001
# standard errors beyond which nothing is left of a normal density
REACH = 9.0


def group_bounds(
    kind: GroupKind,
    looks: int,
    *,
    alpha: float = 0.05,
    fractions: Sequence[float] | None = None,
) -> tuple[float, ...]:
    """Return the critical |z| of each look, two-sided at ``alpha`` over all of them.

    ``obrien-fleming`` bounds fall with the square root of the information, ``pocock``
    bounds are equal (P. C. O'Brien and T. R. Fleming, Biometrics 35 (1979) 549-556;
    S. J. Pocock, Biometrika 64 (1977) 191-199). ``fractions``: the information at the
    looks as shares of the whole, rising to 1; equally spaced when not given. ``looks``
    is 1 to 20. Raises ValueError for anything else.
    """
    times = _times(looks, fractions)
    return _solved(_known(kind), times, _level(alpha))


@lru_cache(maxsize=256)
def _solved(
    kind: GroupKind, times: tuple[float, ...], alpha: float
) -> tuple[float, ...]:
    one = _quantile(alpha)
    if len(times) == 1:
        return (one,)

    # any of the looks crosses at least as often as one, at most as often as all summed
    most = _quantile(alpha / len(times)) + 1e-9
    constant = optimize.brentq(
        lambda c: _crossing(_shape(kind, c, times), times) - alpha,
        one,
        most,
        xtol=1e-11,
    )
    return _shape(kind, float(constant), times)


def stagewise_p(
    kind: GroupKind,
    looks: int,
    *,
    number: int,
    z: float,
    alpha: float = 0.05,
    fractions: Sequence[float] | None = None,
) -> float:
    """Return the two-sided p value of a study that stops at a look with ``z``.

    The chance, without a difference, of crossing at an earlier look or of reaching
    this one with at least as large a |z| (stagewise ordering: J. Fairbanks and R.
    Madsen, Biometrika 69 (1982) 69-74). It is at most ``alpha`` exactly where the
    bound is reached. Raises ValueError as `group_bounds`, and for a look that was not
    planned.
    """
    bounds = group_bounds(kind, looks, alpha=alpha, fractions=fractions)
    if not 1 <= number <= looks:
        message = f"look {number} was not planned: there are looks 1 to {looks}"
        raise ValueError(message)
    times = _times(looks, fractions)[:number]
    return positive(min(1.0, _crossing((*bounds[: number - 1], abs(z)), times)))


def _quantile(alpha: float) -> float:
    return -float(special.ndtri(alpha / 2))


def _shape(
    kind: GroupKind, constant: float, times: Sequence[float]
) -> tuple[float, ...]:
    if kind == "pocock":
        return (constant,) * len(times)
    return tuple(constant / math.sqrt(time) for time in times)


def _crossing(bounds: Sequence[float], times: Sequence[float]) -> float:
    """Return the chance that |z| reaches its bound at any look, without a difference.

    By recursive integration over the sum of the data so far, a normal walk that is
    killed where it crosses (P. Armitage, C. K. McPherson and B. C. Rowe, JRSS A 132
    (1969) 235-244), on Gauss-Legendre nodes.
    """
    steps = np.diff(times, prepend=0.0)
    narrowest = math.sqrt(min(steps))
    crossed = 0.0
    nodes, density = np.zeros(1), np.ones(1)
    for bound, time, step in zip(bounds, times, steps, strict=True):
        edge, spread = bound * math.sqrt(time), math.sqrt(step)
        # what leaves the region at this look
        out = special.ndtr((nodes - edge) / spread) + special.ndtr(
            (-edge - nodes) / spread
        )
        crossed += float(density @ out)
        limit = min(edge, REACH * math.sqrt(time))
        size = int(min(2000, max(96, 10 * limit / narrowest)))
        places, weights = _legendre(size)
        fresh = limit * places
        kernel = np.exp(-(((fresh[:, None] - nodes) / spread) ** 2) / 2)
        density = (kernel @ density) * (limit * weights / (spread * _ROOT_TWO_PI))
        nodes = fresh
    return crossed


_ROOT_TWO_PI = math.sqrt(2 * math.pi)


@lru_cache(maxsize=32)
def _legendre(size: int) -> tuple[np.ndarray, np.ndarray]:
    places, weights = np.polynomial.legendre.leggauss(size)
    return places, weights


def _known(kind: GroupKind) -> GroupKind:
    if kind not in GROUP_KINDS:
        message = f"kind is {kind!r}: choose one of {', '.join(GROUP_KINDS)}"
        raise ValueError(message)
    return kind


def _level(alpha: float) -> float:
    if not 0 < alpha < 1:
        message = f"alpha is {alpha}: it lies between 0 and 1, such as 0.05"
        raise ValueError(message)
    return alpha


def _times(looks: int, fractions: Sequence[float] | None) -> tuple[float, ...]:
    if not 1 <= looks <= MOST_LOOKS:
        message = f"{looks} looks: between 1 and {MOST_LOOKS} can be planned"
        raise ValueError(message)
    if fractions is None:
        return tuple((look + 1) / looks for look in range(looks))
    times = tuple(map(float, fractions))
    if len(times) != looks:
        message = f"{len(times)} fractions for {looks} looks: give one for each"
        raise ValueError(message)
    if min(np.diff(times, prepend=0.0)) < LEAST_STEP or not math.isclose(times[-1], 1):
        message = (
            f"fractions are {', '.join(f'{time:g}' for time in times)}: they rise by "
            f"at least {LEAST_STEP} each and end at 1"
        )
        raise ValueError(message)
    return times
