"""One look at the data of a sequential plan."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.intervals import average_difference
from analysis.intervals.joint import few_clusters
from analysis.sequential.bounds import group_bounds, stagewise_p
from analysis.sequential.mixture import sign_sequence
from analysis.study import Look
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.study import SequentialPlan
    from analysis.votes import CodedVotes
    from analysis.votes.frame import Ints


@dataclass(frozen=True, slots=True)
class LookResult:
    """What a look found on the clips of its own and earlier stages.

    ``difference``: mean share of ``one`` minus that of ``other``, None without votes on
    both. ``statistic``: the clustered z, or the mixture's greatest likelihood ratio
    so far; ``bound``: what |z|, or the ratio, must reach. ``low``, ``high``: the
    difference less and plus ``bound`` standard errors, an interval that holds at all
    looks at once (group-sequential plans). ``p``: what the study's p value is if it
    ends here.
    ``videos`` and ``votes`` are those of the two methods.
    """

    number: int
    one: str
    other: str
    videos: int
    votes: int
    difference: float | None
    se: float | None
    statistic: float | None
    bound: float
    crossed: bool
    low: float | None
    high: float | None
    p: float | None
    note: str = ""

    def log(self, at: str, *, votes_sha256: str = "") -> Look:
        """Return the look as it is kept, taken ``at`` (ISO 8601) on votes of a hash.

        Raises ValueError for a look that could not be evaluated.
        """
        if self.difference is None or self.statistic is None:
            message = (
                f"look {self.number} tested nothing and is not logged: {self.note}"
            )
            raise ValueError(message)
        return Look(
            number=self.number,
            at=at,
            videos=self.videos,
            votes=self.votes,
            difference=self.difference,
            statistic=self.statistic,
            bound=self.bound,
            crossed=self.crossed,
            votes_sha256=votes_sha256,
        )


def take_look(
    votes: CodedVotes,
    plan: SequentialPlan,
    *,
    number: int,
    stage_of: Mapping[str, int],
) -> LookResult:
    """Return what look ``number`` of a plan finds.

    ``stage_of``: the stage, from 1, of each item_id (see `stages`); votes on items of
    later stages are left out, whatever has come in of them. A group-sequential plan
    tests the difference of the Average row by its two-way clustered z, information
    taken as proportional to clips. Where the same raters go on from stage to stage, the
    looks are more alike than the bounds assume, and the error less than the level. An
    always-valid
    plan tests the signs of the clips' differences (`sign_sequence`) at the end of every
    stage so far; it has crossed for good once its ratio has at any of them. With fewer
    than 10 raters or clips nothing is tested by z, and with equal votes neither.

    Raises ValueError for a look that was not planned, an item without a stage and a
    method without a name among the votes' methods.
    """
    one, other = (_method(votes, name) for name in (plan.one, plan.other))
    last = plan.looks if plan.kind != "always-valid" else math.inf
    if not 1 <= number <= last:
        message = f"look {number} was not planned: the plan has looks 1 to {last}"
        raise ValueError(message)
    stage = _stages(votes, stage_of)
    part = _part(votes, stage <= number)
    if plan.kind == "always-valid":
        return _signs(part, plan, number, (one, other), stage[stage <= number])
    return _group(part, plan, number, (one, other))


def _method(votes: CodedVotes, name: str) -> int:
    spelled = votes.spelling(name)
    if spelled not in votes.methods:
        message = f"no method {name!r} among the votes; there are: " + ", ".join(
            votes.methods
        )
        raise ValueError(message)
    return votes.methods.index(spelled)


def _stages(votes: CodedVotes, stage_of: Mapping[str, int]) -> Ints:
    """Return the stage of each vote."""
    stages = np.array([stage_of.get(item, 0) for item in votes.item_ids], np.int64)
    missing = [votes.item_ids[place] for place in np.flatnonzero(stages < 1)]
    if missing:
        message = (
            f"{counted(len(missing), 'item')} without a stage, such as "
            f"{missing[0]!r}: a look goes by the order drawn before launch"
        )
        raise ValueError(message)
    return stages[votes.item]


def _part(votes: CodedVotes, rows: np.ndarray) -> CodedVotes:
    arrays = ("vote", "category", "method", "item", "video", "worker")
    return dataclasses.replace(
        votes, **{name: getattr(votes, name)[rows] for name in arrays}
    )


def _group(
    votes: CodedVotes, plan: SequentialPlan, number: int, methods: tuple[int, int]
) -> LookResult:
    kind = plan.kind
    assert kind != "always-valid"
    bound = group_bounds(kind, plan.looks, alpha=plan.alpha)[number - 1]
    found = average_difference(votes, *methods)
    if found is None:
        return _nothing(plan, number, bound, "no category has votes on both methods")
    few = few_clusters(found.workers, found.videos, len(found.categories))
    z = None if few else found.z
    if z is None:
        result = _nothing(plan, number, bound, few or _NO_VARIANCE)
        return dataclasses.replace(
            result,
            difference=found.difference,
            videos=found.videos,
            votes=found.votes,
        )
    p = stagewise_p(kind, plan.looks, number=number, z=z, alpha=plan.alpha)
    return LookResult(
        number=number,
        one=plan.one,
        other=plan.other,
        videos=found.videos,
        votes=found.votes,
        difference=found.difference,
        se=found.se,
        statistic=z,
        bound=bound,
        crossed=abs(z) >= bound,
        low=max(-1.0, found.difference - bound * found.se),
        high=min(1.0, found.difference + bound * found.se),
        p=p,
    )


_NO_VARIANCE = "the votes leave no variance to test against"


def _signs(
    votes: CodedVotes,
    plan: SequentialPlan,
    number: int,
    methods: tuple[int, int],
    stage: Ints,
) -> LookResult:
    """Return the look of an always-valid plan: the ratio at the end of each stage."""
    bound = 1 / plan.alpha
    found = average_difference(votes, *methods)
    if found is None:
        return _nothing(plan, number, bound, "no category has votes on both methods")
    signs, clip_stage = _clip_signs(votes, methods, stage)
    order = np.lexsort((signs, clip_stage))
    signs, clip_stage = signs[order], clip_stage[order]
    told = signs != 0
    sequence = sign_sequence(signs[told], alpha=plan.alpha)
    # within a stage the order of its clips was not drawn: only its end counts
    ends = np.flatnonzero(np.diff(clip_stage[told], append=number + 1))
    ratios = sequence.ratios[ends]
    greatest = float(ratios.max()) if len(ratios) else 1.0
    return LookResult(
        number=number,
        one=plan.one,
        other=plan.other,
        videos=found.videos,
        votes=found.votes,
        difference=found.difference,
        se=found.se,
        # a bound that was reached stays reached
        statistic=greatest,
        bound=bound,
        crossed=greatest >= bound,
        low=None,
        high=None,
        p=min(1.0, 1 / greatest),
        note=(
            f"{plan.one} ahead on {sequence.wins} of {sequence.trials} clips that tell "
            "the methods apart"
        ),
    )


def _clip_signs(
    votes: CodedVotes, methods: tuple[int, int], stage: Ints
) -> tuple[Ints, Ints]:
    """Return the sign of each clip's difference and its stage.

    Clips with votes on both methods in one category; a clip shown in two categories
    counts in each.
    """
    key = votes.category * votes.videos + votes.video
    clips, place = np.unique(key, return_inverse=True)
    place = place.reshape(-1)
    counts = np.array(
        [
            [
                np.bincount(
                    place[chosen], weights=weights[chosen], minlength=len(clips)
                )
                for weights in (votes.vote.astype(float), np.ones(len(votes.vote)))
            ]
            for chosen in (votes.method == method for method in methods)
        ]
    ).astype(np.int64)
    (real, every), (other_real, other_every) = counts
    both = (every > 0) & (other_every > 0)
    # shares compared as fractions: votes may be missing on one of them
    signs = np.sign(real * other_every - other_real * every)[both]
    at = np.zeros(len(clips), np.int64)
    np.maximum.at(at, place, stage)
    return signs, at[both]


def _nothing(plan: SequentialPlan, number: int, bound: float, note: str) -> LookResult:
    return LookResult(
        number=number,
        one=plan.one,
        other=plan.other,
        videos=0,
        votes=0,
        difference=None,
        se=None,
        statistic=None,
        bound=bound,
        crossed=False,
        low=None,
        high=None,
        p=None,
        note=note,
    )
