"""Whether raters judged otherwise later in a session, or at other hours of the day."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from analysis.intervals.choice import FEW
from analysis.intervals.shift import adjusted_shifts
from analysis.intervals.tails import positive
from analysis.quality.beside import numbers
from analysis.quality.record import Diagnostic
from analysis.votes import counted
from analysis.votes.frame import code_column

if TYPE_CHECKING:
    from analysis.quality.peers import Floats
    from analysis.votes import CodedVotes
    from analysis.votes.frame import Ints

# as for the other checks: what one study in a thousand would show by chance
UNEVEN = 0.001
WITHIN = "drift within sessions"
ORDER = "order of systems"
DAY = "time of day"
# the place of a trial in a session that is surely no mistake
LONGEST = 1_000_000
# hours of a block of the day
BLOCK = 6
UNRECORDED = "not recorded"


class Places(NamedTuple):
    """Of the votes whose place is known: their rows, sessions and places, from 1."""

    rows: Ints
    session: Ints
    place: Ints
    longest: Ints
    """The last known place of each vote's session."""


def drift(votes: CodedVotes, frame: pd.DataFrame | None) -> tuple[Diagnostic, ...]:
    """Return the checks that the frame's session_id and position, and hour, allow.

    ``frame``: the frame the votes were coded from, one row a vote; blanks are unknown.
    No check of columns that it lacks. Raises ValueError for a position that is no whole
    number from 1 on and an hour that is none of 0 to 23.
    """
    if frame is None or not len(votes.vote):
        return ()
    found: list[Diagnostic] = []
    if {"session_id", "position"} <= set(frame.columns):
        places = _places(votes, frame)
        found += [_within(votes, places), _order(votes, places)]
    if "hour" in frame.columns:
        found.append(_day(votes, _whole(frame["hour"], 0, 23)))
    return tuple(found)


def _whole(values: pd.Series, low: int, high: int) -> Ints:
    """Return a column's whole numbers, -1 for blanks."""
    found = numbers(values)
    known = ~np.isnan(found)
    right = (found >= low) & (found <= high) & (found == np.floor(found))
    if (known & ~right).any():
        message = (
            f"{values.name} is {found[known & ~right].min():g}: write a whole number "
            f"from {low} to {high:,}, or nothing"
        )
        raise ValueError(message)
    whole: Ints = np.where(known, found, -1).astype(np.int64)
    return whole


def _places(votes: CodedVotes, frame: pd.DataFrame) -> Places:
    place = _whole(frame["position"], 1, LONGEST)
    named = code_column(frame["session_id"]).codes
    rows = np.flatnonzero((place > 0) & (named >= 0))
    place = place[rows]
    # some number the sessions of each rater anew
    keys = named[rows] * max(1, votes.workers) + votes.worker[rows]
    session = pd.factorize(keys)[0].astype(np.int64)
    longest = np.zeros(int(session.max()) + 1 if len(rows) else 0, np.int64)
    np.maximum.at(longest, session, place)
    return Places(rows, session, place, longest[session])


def _within(votes: CodedVotes, places: Places) -> Diagnostic:
    if not len(places.rows):
        return Diagnostic(WITHIN, None, UNRECORDED)
    third = np.full(len(votes.vote), -1, np.int64)
    third[places.rows[3 * places.place <= places.longest]] = 0
    # the same number of places from the end
    late = 3 * (places.longest + 1 - places.place) <= places.longest
    third[places.rows[late]] = 1
    shift = adjusted_shifts(votes, third, (1,))[0]
    if shift is None:
        text = "no clips of one kind were judged both early and late in sessions"
        return Diagnostic(WITHIN, None, text)
    words = (
        f"share judged real in the last third of a session minus the first: "
        f"{100 * shift.difference:+.2f} points"
    )
    tested = shift.test()
    if tested is None:
        return Diagnostic(WITHIN, None, f"{words}; {shift.untested}")
    low, high, p = *tested[:2], positive(tested[2])
    span = f"95% interval {100 * low:+.2f} to {100 * high:+.2f}"
    return Diagnostic(WITHIN, p >= UNEVEN, f"{words} ({span}, p = {p:.3g})")


def _order(votes: CodedVotes, places: Places) -> Diagnostic:
    """Return whether systems stand at all places alike, by random order in sessions.

    Were the clips of each session put in a random order, the sums of each system's
    places would have known means and covariances; their squared distance is
    chi-squared. With every system once per session this is Friedman's test, with one
    session Kruskal and Wallis's.
    """
    if not len(places.rows):
        return Diagnostic(ORDER, None, UNRECORDED)
    method = votes.method[places.rows]
    sessions, methods = int(places.session.max()) + 1, votes.shape[0]
    mix = np.bincount(
        places.session * methods + method, minlength=sessions * methods
    ).reshape(-1, methods)
    told = int(np.count_nonzero(np.count_nonzero(mix, axis=1) > 1))
    if told < FEW:
        found = counted(told, "session")
        text = f"{found} with more than one system: too few to tell"
        return Diagnostic(ORDER, None, text)
    statistic, freedom = _random_order(mix, places, method)
    if not freedom:
        text = "places do not differ within sessions: nothing to compare"
        return Diagnostic(ORDER, None, text)
    p = positive(float(special.chdtrc(freedom, statistic)))
    mean = np.bincount(method, places.place, methods) / np.maximum(mix.sum(axis=0), 1)
    present = sorted(
        (mean[m], votes.methods[m]) for m in np.flatnonzero(mix.any(axis=0))
    )
    (low, first), (high, last) = present[0], present[-1]
    words = (
        "as random order makes it" if p >= UNEVEN else "not as random order makes it"
    )
    text = (
        f"mean place in a session from {low:.2f} ({first}) to {high:.2f} ({last}), "
        f"{words} (chi-squared {statistic:,.1f} on {freedom} df, p = {p:.3g})"
    )
    return Diagnostic(ORDER, p >= UNEVEN, text)


def _random_order(mix: Ints, places: Places, method: Ints) -> tuple[float, int]:
    """Return chi-squared of systems' sums of places, and its degrees of freedom."""
    sizes = mix.sum(axis=1)
    mean = np.bincount(places.session, places.place) / sizes
    squares = np.bincount(places.session, places.place**2) - sizes * mean**2
    spread = np.maximum(squares, 0) / np.maximum(sizes - 1, 1)
    sums = np.bincount(method, places.place, mix.shape[1]) - mix.T @ mean
    scaled = (spread / sizes)[:, None] * mix
    covariance = np.diag(mix.T @ spread) - mix.T @ scaled
    values, vectors = np.linalg.eigh(covariance)
    # systems that never shared a session cannot be compared: so many fewer degrees
    kept = values > max(values.max(), 0.0) * mix.shape[1] * 1e-10
    along = sums @ vectors[:, kept]
    return float((along**2 / values[kept]).sum()), int(kept.sum())


def _day(votes: CodedVotes, hour: Ints) -> Diagnostic:
    if (hour < 0).all():
        return Diagnostic(DAY, None, UNRECORDED)
    block = np.where(hour < 0, -1, hour // BLOCK)
    raters = [
        int(np.count_nonzero(np.bincount(votes.worker[block == code])))
        for code in range(24 // BLOCK)
    ]
    kept = [code for code, number in enumerate(raters) if number >= FEW]
    left = [_hours(code) for code, number in enumerate(raters) if 0 < number < FEW]
    words = f"; left out with under {FEW} raters: {', '.join(left)}" if left else ""
    if len(kept) < 2:
        only = f"at {_hours(kept[0])} alone" if kept else "at no time of day"
        text = f"votes of {FEW} raters or more {only} (UTC): nothing to compare{words}"
        return Diagnostic(DAY, None, text)
    # one code more, for -1, at the end
    group = np.full(24 // BLOCK + 1, -1, np.int64)
    group[kept] = np.arange(len(kept))
    return _compare(votes, group[block], [_hours(code) for code in kept], words)


def _compare(
    votes: CodedVotes, group: Ints, names: list[str], words: str
) -> Diagnostic:
    share = _adjusted_shares(votes, group, len(names))
    listed = ", ".join(
        f"{each:.1%} at {name}" for each, name in zip(share, names, strict=True)
    )
    text = (
        f"judged real (UTC, adjusted for what was shown): {listed}; "
        f"spread {100 * (share.max() - share.min()):.1f} points"
    )
    # of two groups the one differs from the other as the other does from it
    of = range(len(names)) if len(names) > 2 else (1,)
    shifts = [shift for shift in adjusted_shifts(votes, group, of) if shift]
    tests = [test for shift in shifts if (test := shift.test())]
    if not tests:
        why = (
            shifts[0].untested if shifts else "no clips of one kind at different hours"
        )
        return Diagnostic(DAY, None, f"{text}, {why}{words}")
    p = positive(min(1.0, len(tests) * min(p for _, _, p in tests)))
    each = ", each block against the others, Bonferroni" if len(tests) > 1 else ""
    return Diagnostic(DAY, p >= UNEVEN, f"{text} (p = {p:.3g}{each}){words}")


def _hours(block: int) -> str:
    return f"{BLOCK * block}-{BLOCK * (block + 1) - 1} h"


def _adjusted_shares(votes: CodedVotes, group: Ints, groups: int) -> Floats:
    """Return the share judged real of all, plus each group's mean residual."""
    rows = np.flatnonzero(group >= 0)
    code = (votes.cell[rows] * groups + group[rows]) * 2 + votes.vote[rows]
    counts = np.bincount(code, minlength=int(np.prod(votes.shape)) * groups * 2)
    counts = counts.reshape(-1, groups, 2)
    real, every = counts[..., 1], counts.sum(axis=2)
    of_cell = real.sum(axis=1) / np.maximum(every.sum(axis=1), 1)
    residual = (real - every * of_cell[:, None]).sum(axis=0)
    shares: Floats = real.sum() / every.sum() + residual / every.sum(axis=0)
    return shares
