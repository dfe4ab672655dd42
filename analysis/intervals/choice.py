"""Which interval a share gets, and why."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING, Literal

from scipy import special

from analysis.intervals.proportions import clopper_pearson, wilson
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.intervals.samples import Sample

Kind = Literal["twoway", "wilson", "cp", "bootstrap"]
KINDS: tuple[Kind, ...] = ("twoway", "wilson", "cp", "bootstrap")

# below this many raters or videos a cluster variance is not to be trusted
FEW = 10

TWOWAY = "two-way clustered, logit, t"
WILSON = "Wilson, votes taken as independent"
EXACT = "Clopper-Pearson, votes taken as independent"
BOOTSTRAP = "item-and-rater bootstrap, conservative"
FEW_CLUSTERS = "few clusters: Clopper-Pearson on the videos' majority labels"
DEGENERATE = "Wilson on the effective number of votes"
UNSURE = (
    "too few votes to resample: more than one in twenty replicates had none in some "
    "cell; the two-way clustered interval instead"
)

# low and high
Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval for a share, in [0, 1], with the name of its method.

    ``note`` says what differs from the interval asked for; empty otherwise.
    """

    low: float
    high: float
    method: str
    note: str = ""


def method_name(kind: Kind) -> str:
    """Return the name of the interval a kind gives when nothing is in its way."""
    names: dict[Kind, str] = {
        "twoway": TWOWAY,
        "wilson": WILSON,
        "cp": EXACT,
        "bootstrap": BOOTSTRAP,
    }
    return names[kind]


def choose_intervals(
    cells: Sequence[Sample | None],
    average: Sample | None,
    *,
    kind: Kind = "twoway",
    alpha: float = 0.05,
    resampled: Sequence[Bounds | None] | None = None,
) -> tuple[tuple[Interval | None, ...], Interval | None]:
    """Return the intervals of one method's cells and of their average.

    ``twoway``: the clustered interval on the logit scale with Student's t on G - 1
    degrees, G the smaller number of raters and source videos; with fewer than 10 of
    either (for the average: of raters, or of videos beyond one per category),
    Clopper-Pearson on the majority labels of the videos, ties counted against both
    ends, widened to hold the share; with a share of 0 or 1 or no variance, Wilson on
    the votes divided by the median design effect of the method's other cells.
    ``wilson`` and ``cp`` take votes as independent. ``bootstrap`` takes the bounds
    ``resampled`` (low and high of the cells and, last, of the average; see
    `Bootstrap.bounds`), the clustered interval where they are None, and gives way as
    ``twoway`` does. Raises ValueError for ``bootstrap`` without them.
    """
    bounds = _bounds(resampled, len(cells), kind)
    known = [cell.deff for cell in cells if cell and cell.deff and not _few(cell)]
    design_effect = max(1.0, median(known)) if known else 1.0

    def interval(sample: Sample | None, drawn: Bounds | None) -> Interval | None:
        if sample is None:
            return None
        if kind in ("wilson", "cp"):
            return _independent(sample, kind, alpha)
        if _few(sample):
            return _few_clusters(sample, alpha)
        if sample.rate in (0, 1) or sample.se_twoway == 0:
            return _degenerate(sample, design_effect, alpha)
        if kind == "bootstrap":
            return _resampled(sample, drawn, alpha)
        return _twoway(sample, alpha)

    intervals = tuple(map(interval, cells, bounds[:-1]))
    return intervals, interval(average, bounds[-1])


def _bounds(
    resampled: Sequence[Bounds | None] | None, cells: int, kind: Kind
) -> Sequence[Bounds | None]:
    if kind != "bootstrap":
        return [None] * (cells + 1)
    if resampled is None:
        message = "resampled is None: a bootstrap interval needs its bounds"
        raise ValueError(message)
    return resampled


def _resampled(sample: Sample, bounds: Bounds | None, alpha: float) -> Interval:
    if bounds is None:
        return replace(_twoway(sample, alpha), note=UNSURE)
    return Interval(*bounds, BOOTSTRAP)


def _few(sample: Sample) -> bool:
    # the residuals of a category sum to zero, so each further category of an average
    # takes one video's worth of freedom
    free = sample.labels - (sample.strata - 1)
    return min(sample.workers, sample.videos, free) < FEW


def _independent(sample: Sample, kind: Kind, alpha: float) -> Interval:
    size = float(sample.size)
    count = float(sample.rate * sample.size)
    bounds = wilson if kind == "wilson" else clopper_pearson
    low, high = bounds(count, size, alpha=alpha)
    return Interval(float(low), float(high), method_name(kind))


def _few_clusters(sample: Sample, alpha: float) -> Interval:
    sure = sample.majority_real
    low, _ = clopper_pearson(sure, sample.labels, alpha=alpha)
    _, high = clopper_pearson(sure + sample.majority_ties, sample.labels, alpha=alpha)
    ties = f", {sample.majority_ties} tied" if sample.majority_ties else ""
    share = float(sample.rate)
    note = (
        f"few clusters ({counted(sample.workers, 'rater')}, "
        f"{counted(sample.videos, 'source video')}): Clopper-Pearson on the videos' "
        f"majority labels, {sure} of {sample.labels} real{ties}"
    )
    if not low <= share <= high:
        # majorities are another quantity than the share; an interval that leaves out
        # the figure beside it would mislead
        note += "; widened to hold the share"
    return Interval(min(float(low), share), max(float(high), share), FEW_CLUSTERS, note)


def _degenerate(sample: Sample, design_effect: float, alpha: float) -> Interval:
    # pairs, not votes: a vote told twice tells nothing more
    size = float(sample.pairs) / design_effect
    low, high = wilson(float(sample.rate) * size, size, alpha=alpha)
    note = (
        f"no variance to estimate: Wilson on {size:.1f} effective votes "
        f"(design effect {design_effect:.2f}, the median of the method's other cells)"
    )
    return Interval(float(low), float(high), DEGENERATE, note)


def _twoway(sample: Sample, alpha: float) -> Interval:
    clusters = min(sample.workers, sample.videos)
    share = float(sample.rate)
    quantile = float(special.stdtrit(clusters - 1, 1 - alpha / 2))
    scale = math.sqrt(clusters / (clusters - 1)) * sample.se_twoway
    half = quantile * scale / (share * (1 - share))
    centre = math.log(share / (1 - share))
    return Interval(
        float(special.expit(centre - half)), float(special.expit(centre + half)), TWOWAY
    )
