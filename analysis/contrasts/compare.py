"""The declared comparisons of a study, adjusted within their families."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from analysis.contrasts.estimate import Estimate, Source
from analysis.contrasts.majority import cochran_tests, majority_labels, majority_tests
from analysis.contrasts.multiplicity import holm
from analysis.contrasts.record import LOOKS, Contrast, ContrastReport, Equivalence
from analysis.intervals.differences import tost
from analysis.sequential import Outcome, sequential_outcome
from analysis.study import FAMILIES, Comparisons, FamilyName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.intervals.clips import ClipVotes
    from analysis.study import Look
    from analysis.votes import CodedVotes

DEFAULTS = Comparisons()
UNEVEN = (
    "the categories have unequal numbers of clips: the sign-flip on the average row "
    "weighs clips alike, not categories"
)
LOOKED_AT = (
    "p is that of the declared looks, adjusted for them and for nothing else; the "
    "others of the row take no account of the looks"
)
UNDECIDED = (
    "the declared looks decided nothing before the study was closed; the p values of "
    "the row take no account of them"
)

# a category's code, or None for the average row, and the codes of two methods
_Place = tuple[int | None, int, int]


def compare(
    votes: CodedVotes,
    comparisons: Comparisons = DEFAULTS,
    *,
    average: str = "Average",
    seed: int = 0,
    looks: Sequence[Look] = (),
) -> ContrastReport:
    """Return every comparison of the declared families, and the secondary tests.

    A difference is the method named first in the votes minus the later one, or the
    baseline minus the other. Comparisons without a category that has votes on both
    are left out, and `ContrastReport.notes` says so. Equivalence to the control is
    tested, in each category and on the average row, only with a declared margin; its
    p are not adjusted: each belongs to a claim of its own. ``average`` labels the
    average row; ``seed`` serves random signs where the exact ones are too many.
    ``looks`` are those taken of a sequential plan: with any, its comparison is decided
    by them, since a further test at the end would find too much.
    Raises ValueError for a baseline that is no generated method, an unknown family, a
    level outside (0, 1) and a margin outside (0, 100).
    """
    baseline = _baseline(votes, comparisons)
    _check(comparisons)
    table = _Table(votes, Source.of(votes, seed=seed), comparisons, average, {})
    plan = comparisons.sequential
    looked = sequential_outcome(plan, looks) if plan and looks else None
    contrasts: list[Contrast] = []
    notes: list[str] = []
    for family in comparisons.families:
        found, missing = table.family(family, baseline)
        contrasts += _adjusted(table.looked_at(found, looked), comparisons.alpha)
        notes += missing
    equivalences, missing = table.equivalences()
    labels = majority_labels(table.source.clips)
    return ContrastReport(
        contrasts=tuple(contrasts),
        equivalences=tuple(equivalences),
        majorities=majority_tests(labels, votes.methods),
        cochran=cochran_tests(labels, votes.methods, votes.control),
        baseline=baseline,
        comparisons=comparisons,
        notes=tuple(dict.fromkeys((*notes, *missing, *_uneven(table.source.clips)))),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    votes: CodedVotes
    source: Source
    comparisons: Comparisons
    average: str
    known: dict[_Place, Estimate | None]

    def family(
        self, family: FamilyName, baseline: str
    ) -> tuple[list[Contrast], list[str]]:
        """Return a family's contrasts, unadjusted, and what is missing from it."""
        contrasts, missing = [], []
        control_wanted = family in ("real", "real-by-category")
        if control_wanted and self.votes.control is None:
            return [], ["no votes on a control: nothing is compared with it"]
        for place in self._places(family, baseline):
            estimate = self.estimate(place)
            if estimate is None:
                missing.append(self._missing(place))
            else:
                contrasts.append(self._contrast(family, place, estimate))
        return contrasts, missing

    def looked_at(
        self, contrasts: list[Contrast], looked: Outcome | None
    ) -> list[Contrast]:
        """Return the contrasts, that of the sequential plan with what its looks say."""
        plan = self.comparisons.sequential
        if looked is None or plan is None:
            return contrasts
        pair = {self.votes.spelling(name) for name in (plan.one, plan.other)}
        return [
            _decided(each, looked)
            if each.row == self.average and {each.one, each.other} == pair
            else each
            for each in contrasts
        ]

    def equivalences(self) -> tuple[list[Equivalence], list[str]]:
        """Return the tests against the control; none without a declared margin."""
        if self.comparisons.margin_pp is None:
            return [], []
        if self.votes.control is None:
            return [], ["no votes on a control: no method is tested as equivalent"]
        found, missing = [], []
        for family in ("real", "real-by-category"):
            for place in self._places(family, ""):
                estimate = self.estimate(place)
                if estimate is None:
                    missing.append(self._missing(place))
                else:
                    margin = self.comparisons.margin_pp / 100
                    found.append(self._equivalence(place, estimate, margin))
        return found, missing

    def estimate(self, place: _Place) -> Estimate | None:
        """Return the estimate of a place, worked out once."""
        if place not in self.known:
            self.known[place] = self.source.estimate(*place)
        return self.known[place]

    def _places(self, family: str, baseline: str) -> Iterator[_Place]:
        methods = range(len(self.votes.methods))
        generated = [m for m in methods if self.votes.methods[m] != self.votes.control]
        if family == "baseline":
            first = self.votes.methods.index(baseline) if baseline else -1
            pairs = [(first, m) for m in generated if m != first]
        elif family.startswith("generated"):
            pairs = list(combinations(generated, 2))
        else:
            # the control is the last of the methods
            pairs = [(m, methods[-1]) for m in generated]
        by_category = family.endswith("by-category")
        rows = range(len(self.votes.categories)) if by_category else (None,)
        return ((row, *pair) for row in rows for pair in pairs)

    def _names(self, place: _Place) -> tuple[str, str, str]:
        row, one, other = place
        label = self.average if row is None else self.votes.categories[row]
        return label, self.votes.methods[one], self.votes.methods[other]

    def _missing(self, place: _Place) -> str:
        row, one, other = self._names(place)
        if place[0] is None:
            return f"{one} and {other} are not compared: no category has votes on both"
        return f"{one} and {other} are not compared in {row}: no votes on one of them"

    def _contrast(
        self, family: FamilyName, place: _Place, estimate: Estimate
    ) -> Contrast:
        row, one, other = self._names(place)
        low, high = estimate.interval(self.comparisons.alpha)
        return Contrast(
            family=family,
            row=row,
            one=one,
            other=other,
            difference=estimate.difference,
            se=estimate.se,
            low=low,
            high=high,
            p_clustered=estimate.p_clustered,
            p_signflip=estimate.p_signflip,
            test=estimate.test,
            p=estimate.p,
            p_holm=None,
            significant=False,
            videos=estimate.videos,
            unpaired=estimate.unpaired,
            note=estimate.note,
        )

    def _equivalence(
        self, place: _Place, estimate: Estimate, margin: float
    ) -> Equivalence:
        row, method, control = self._names(place)
        low, high = estimate.interval(2 * self.comparisons.alpha)
        within = low is not None and low > -margin
        return Equivalence(
            row=row,
            method=method,
            control=control,
            margin=margin,
            difference=estimate.difference,
            se=estimate.se,
            low=low,
            high=high,
            p=tost(estimate.difference, estimate.se, margin) if estimate.se else None,
            equivalent=within and high is not None and high < margin,
            non_inferior=within,
            note=estimate.note,
        )


def _decided(contrast: Contrast, looked: Outcome) -> Contrast:
    told = UNDECIDED if looked.p is None else LOOKED_AT
    return replace(
        contrast,
        test=LOOKS,
        p=looked.p,
        p_holm=looked.p,
        significant=looked.crossed,
        note="; ".join(filter(None, (contrast.note, told))),
    )


def _adjusted(contrasts: list[Contrast], alpha: float) -> list[Contrast]:
    adjusted = holm([contrast.p for contrast in contrasts])
    return [
        contrast
        if contrast.test == LOOKS
        else replace(contrast, p_holm=p, significant=p is not None and p <= alpha)
        for contrast, p in zip(contrasts, adjusted, strict=True)
    ]


def _baseline(votes: CodedVotes, comparisons: Comparisons) -> str:
    generated = [m for m in votes.methods if m != votes.control]
    if not comparisons.baseline:
        return generated[0] if generated else ""
    if comparisons.baseline not in generated:
        known = ", ".join(generated) or "none"
        message = (
            f"baseline {comparisons.baseline!r} is no generated method of the votes: "
            f"name one of {known}"
        )
        raise ValueError(message)
    return comparisons.baseline


def _check(comparisons: Comparisons) -> None:
    if strange := [name for name in comparisons.families if name not in FAMILIES]:
        message = f"unknown family {strange[0]!r}: name some of {', '.join(FAMILIES)}"
        raise ValueError(message)
    if not 0 < comparisons.alpha < 0.5:
        message = f"alpha is {comparisons.alpha}: give a level between 0 and 0.5"
        raise ValueError(message)
    margin = comparisons.margin_pp
    if margin is not None and not 0 < margin < 100:
        message = f"margin_pp is {margin}: give percentage points between 0 and 100"
        raise ValueError(message)


def _uneven(clips: ClipVotes) -> list[str]:
    sizes = np.bincount(clips.category)
    if len(set(sizes[sizes > 0].tolist())) < 2:
        return []
    return [UNEVEN]
