"""Whether the study ran as it was planned."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.quality.counting import count_codes
from analysis.quality.record import Diagnostic
from analysis.study import StudyRecord
from analysis.tables import percent
from analysis.tables.completeness import completeness
from analysis.votes import counted

if TYPE_CHECKING:
    from analysis.votes import CodedVotes
    from analysis.votes.frame import Ints

# a mix of methods less even than one study in a thousand would have by chance
UNEVEN = 0.001
# the smallest p that is told in digits
SMALLEST = 0.0001
# numbers of votes per item that a sentence can name
NAMED = 6


def diagnose(
    votes: CodedVotes, record: StudyRecord | None = None
) -> tuple[Diagnostic, ...]:
    """Return the checks of a study's course, always the same ones in the same order."""
    plan = record or StudyRecord()
    if not len(votes.vote):
        return (Diagnostic("completeness", None, "no votes yet"),)
    counts = np.bincount(votes.item, minlength=len(votes.item_ids))
    return (
        _completeness(votes, plan),
        _votes_per_item(counts[counts > 0], plan.votes_per_item),
        _same_clips(votes),
        _repeated_items(votes),
        _repeated_clips(votes),
        _cap(votes, plan.max_votes_per_rater),
        _balance(votes),
    )


def _completeness(votes: CodedVotes, plan: StudyRecord) -> Diagnostic:
    planned = None
    if plan.items is not None:
        planned = {item: (category, method) for item, category, method in plan.items}
    state = completeness(votes, votes_per_item=plan.votes_per_item, planned=planned)
    if state is None:
        items = int(np.count_nonzero(np.bincount(votes.item)))
        text = (
            f"no plan is known; {counted(len(votes.vote), 'vote')} on {items:,} items"
        )
        return Diagnostic("completeness", None, text)
    ok = not (state.lacking or state.surplus or state.unplanned)
    return Diagnostic("completeness", ok, state.sentence())


def _votes_per_item(counts: Ints, planned: int | None) -> Diagnostic:
    sizes, items = count_codes(counts, int(counts.max()) + 1)
    most = np.sort(np.argsort(-items, kind="stable")[:NAMED])
    parts = [
        f"{counted(int(sizes[i]), 'vote')} on {counted(int(items[i]), 'item')}"
        for i in most
    ]
    if len(sizes) > NAMED:
        parts.append(f"{len(sizes) - NAMED} other numbers of votes on the rest")
    ok = None if planned is None else sizes.tolist() == [planned]
    return Diagnostic("votes per item", ok, ", ".join(parts))


def _same_clips(votes: CodedVotes) -> Diagnostic:
    methods = votes.shape[0]
    shown = np.zeros((methods, votes.videos), dtype=bool)
    shown[votes.method, votes.video] = True
    # methods named in the plan alone have no clips to compare yet
    shown = shown[shown.any(axis=1)]
    name = "same clips in every method"
    if len(shown) == 1:
        return Diagnostic(name, None, "one method has votes: nothing to compare")
    every, some = int(shown.all(axis=0).sum()), int(shown.any(axis=0).sum())
    share = f"{every:,} of {counted(some, 'source clip')}"
    text = f"{share} shown under all {len(shown)} methods"
    return Diagnostic(name, every == some, text)


def _repeated_items(votes: CodedVotes) -> Diagnostic:
    text = (
        f"{counted(votes.repeats, 'vote')} on an item the rater had judged before"
        if votes.repeats
        else "no rater judged an item twice"
    )
    return Diagnostic("one vote per rater and item", not votes.repeats, text)


def _repeated_clips(votes: CodedVotes) -> Diagnostic:
    pairs = np.sort(votes.worker * max(1, votes.videos) + votes.video)
    again = int(np.count_nonzero(pairs[1:] == pairs[:-1]))
    text = (
        f"{counted(again, 'vote')} on a source clip the rater had met before"
        if again
        else "no rater met a source clip twice, whatever the method"
    )
    return Diagnostic("one meeting per rater and source clip", not again, text)


def _cap(votes: CodedVotes, cap: int | None) -> Diagnostic:
    counts = np.bincount(votes.worker)
    busiest = int(counts.max())
    share = f"{percent(Fraction(busiest, len(votes.vote)), digits=1)}% of all"
    if cap is None:
        text = f"no cap was declared; the busiest rater gave {busiest:,}, {share}"
        return Diagnostic("votes per rater", None, text)
    above = int(np.count_nonzero(counts > cap))
    text = f"at most {busiest:,} of {cap:,} allowed, {share}"
    if above:
        text = f"{counted(above, 'rater')} above the {cap:,} allowed; {text}"
    return Diagnostic("votes per rater", not above, text)


def _balance(votes: CodedVotes) -> Diagnostic:
    """Return whether raters met the methods in the study's own proportions."""
    methods = votes.shape[0]
    mix = np.bincount(
        votes.worker * methods + votes.method, minlength=votes.workers * methods
    ).reshape(-1, methods)
    mix = mix[mix.any(axis=1)][:, mix.any(axis=0)]
    raters, present = mix.shape
    freedom = (raters - 1) * (present - 1)
    name = "mix of methods per rater"
    if not freedom:
        return Diagnostic(name, None, "one rater or one method: nothing to compare")
    expected = mix.sum(axis=1, keepdims=True) * (mix.sum(axis=0) / mix.sum())
    # whole squares first, so that the order of the raters does not show
    statistic = float(np.sort(((mix - expected) ** 2 / expected).ravel()).sum())
    p = float(special.chdtrc(freedom, statistic))
    small = f"p = {p:.3g}" if p >= SMALLEST else f"p < {SMALLEST:.4f}"
    words = "as even as chance makes it" if p >= UNEVEN else "less even than by chance"
    text = f"{words} (chi-squared {statistic:,.1f} on {freedom:,} df, {small})"
    return Diagnostic(name, p >= UNEVEN, text)
