"""Signal detection in every row of a study's table."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.detection.formulas import Counts
from analysis.detection.record import Detection
from analysis.intervals.clips import clip_votes
from analysis.intervals.joint import JointMoments, few_clusters, joint_moments

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.votes import CodedVotes

    Ints = npt.NDArray[np.int64]


def detect(
    votes: CodedVotes, *, alpha: float = 0.05, average: str = "Average"
) -> tuple[Detection, ...]:
    """Return d' and criterion of each generated method in each row; () without control.

    Rows are the categories, then ``average``, pooled over the votes of the categories
    that have some on both: others would compare clips of different kinds. The
    clustered errors follow by the delta method from the covariance of both rates, which
    share raters and source videos, with residuals taken within cells; intervals
    are z intervals at level 1 - alpha. There are none with fewer than 10 raters or
    clips, or where one side's votes are all alike within their cells. Raises
    ValueError for an alpha outside (0, 1).
    """
    if not 0 < alpha < 1:
        message = f"alpha is {alpha}: give a level between 0 and 1"
        raise ValueError(message)
    if votes.control is None:
        return ()
    source = _Source(votes, joint_moments(votes), _clip_counts(votes), alpha)
    rows = [(name, [code]) for code, name in enumerate(votes.categories)]
    methods = range(len(votes.methods) - 1)
    return (
        *(source.detection(*row, method) for row in rows for method in methods),
        *(source.average(average, method) for method in methods),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    votes: CodedVotes
    joint: JointMoments
    # clips with votes on a method or the control: (method, category)
    clips: Ints
    alpha: float

    def average(self, row: str, method: int) -> Detection:
        """Return the figures of one method over the categories it shares."""
        met = self.joint.totals.votes > 0
        both, either = met[method] & met[-1], met[method] | met[-1]
        if not both.any() and met[method].any() and met[-1].any():
            nothing = Counts(0, 0, 0, 0)
            return self._empty(row, method, nothing, "no category has votes on both")
        shared = np.flatnonzero(both if both.any() else either)
        found = self.detection(row, shared.tolist(), method)
        if both.any() and (single := np.flatnonzero(either & ~both)).size:
            names = ", ".join(self.votes.categories[c] for c in single)
            left_out = f"without {names}, where one of the two has no votes"
            found = replace(found, note="; ".join(filter(None, (left_out, found.note))))
        return found

    def detection(self, row: str, categories: list[int], method: int) -> Detection:
        """Return the figures of one method in the categories of one row."""
        control = len(self.votes.methods) - 1
        real, every = self.joint.totals.real, self.joint.totals.votes
        counts = Counts(
            hits=int(real[control, categories].sum()),
            signals=int(every[control, categories].sum()),
            false_alarms=int(real[method, categories].sum()),
            noise=int(every[method, categories].sum()),
        )
        if not (counts.signals and counts.noise):
            return self._empty(row, method, counts)
        errors, note = self._errors(method, categories, counts)
        dprime_se, criterion_se = errors or (None, None)
        low, high = self._interval(counts.dprime, dprime_se)
        criterion_low, criterion_high = self._interval(counts.criterion, criterion_se)
        return Detection(
            row=row,
            method=self.votes.methods[method],
            dprime=counts.dprime,
            criterion=counts.criterion,
            se=dprime_se,
            se_iid=counts.se_iid,
            low=low,
            high=high,
            criterion_se=criterion_se,
            criterion_low=criterion_low,
            criterion_high=criterion_high,
            hits=counts.hits,
            signals=counts.signals,
            false_alarms=counts.false_alarms,
            noise=counts.noise,
            note=note,
        )

    def _errors(
        self, method: int, categories: list[int], counts: Counts
    ) -> tuple[tuple[float, float] | None, str]:
        """Return the clustered errors of d' and criterion, or why there are none."""
        control = len(self.votes.methods) - 1
        hit, false_alarm = counts.slopes
        signal = self._weights(control, categories, hit / counts.signals)
        noise = self._weights(method, categories, -false_alarm / counts.noise)
        raters = self.joint.rater_count([*signal, *noise])
        clips = int(self.clips[method, categories].sum())
        if few := few_clusters(raters, clips, len(categories)):
            return None, few
        if not all(self.joint.variances(side).twoway for side in (signal, noise)):
            return None, "votes of one side all alike: no clustered error"
        dprime = self.joint.variances({**signal, **noise}).twoway
        lean = {cell: -weight for cell, weight in signal.items()}
        criterion = self.joint.variances({**lean, **noise}).twoway / 4
        if not (dprime and criterion):
            return None, "no variance to estimate: no clustered error"
        return (math.sqrt(dprime), math.sqrt(criterion)), ""

    def _weights(
        self, method: int, categories: list[int], factor: float
    ) -> dict[int, float]:
        """Return the weights of the cells' shares in factor times the pooled count."""
        width, every = len(self.votes.categories), self.joint.totals.votes
        return {
            method * width + c: factor * int(every[method, c])
            for c in categories
            if every[method, c]
        }

    def _interval(
        self, centre: float, se: float | None
    ) -> tuple[float | None, float | None]:
        if se is None:
            return None, None
        half = float(special.ndtri(1 - self.alpha / 2)) * se
        return centre - half, centre + half

    def _empty(
        self, row: str, method: int, counts: Counts, note: str = ""
    ) -> Detection:
        name = self.votes.methods[method]
        missing = self.votes.control if counts.noise else name
        if not (counts.signals or counts.noise):
            missing = f"{self.votes.control} and {name}"
        return Detection(
            row,
            name,
            *(None,) * 9,
            hits=counts.hits,
            signals=counts.signals,
            false_alarms=counts.false_alarms,
            noise=counts.noise,
            note=note or f"no votes on {missing}",
        )


def _clip_counts(votes: CodedVotes) -> Ints:
    """Return the clips with votes on a method or the control: (method, category)."""
    clips = clip_votes(votes)
    met = clips.votes > 0
    counts = [
        np.bincount(clips.category[either], minlength=len(votes.categories))
        for either in met | met[-1]
    ]
    return np.array(counts, np.int64)
