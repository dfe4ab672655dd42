"""How often one of two methods is chosen, and how well the real clip is found."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scipy import special

from analysis.intervals import Interval, choose_intervals, method_name, sample_cells
from analysis.intervals.tails import positive

if TYPE_CHECKING:
    from analysis.intervals import Sample
    from analysis.pairs.coding import PairVotes


@dataclass(frozen=True, slots=True)
class Sides:
    """How often the left clip was chosen, and the clip of interest on either side.

    ``left`` of ``votes`` chose the left clip; ``p`` is the exact two-sided binomial
    test of that against a half, votes taken as independent. ``one_left``: votes in
    which the method of interest stood left, ``chosen_left`` of which chose it;
    ``chosen`` chose it on either side.
    """

    votes: int
    left: int
    p: float | None
    one_left: int
    chosen_left: int
    chosen: int

    @property
    def rates(self) -> tuple[float, float] | None:
        """Return the shares choosing it when left and when right, None if never."""
        right = self.votes - self.one_left
        if not self.one_left or not right:
            return None
        return self.chosen_left / self.one_left, (
            self.chosen - self.chosen_left
        ) / right


@dataclass(frozen=True, slots=True)
class PairShare:
    """The share of answers in which ``one`` was chosen over ``other``.

    ``row``: a category, or the mean over them (equal weights). ``share``, ``low`` and
    ``high`` in [0, 1], with the name of the interval; ``p_clustered`` tests a half by
    the two-way clustered t of that interval, ``p_binomial`` by counts as if votes were
    independent. ``rates``: the shares with ``one`` on the left and on the right, whose
    mean, ``adjusted``, is free of a liking for one side. Where ``one`` is the control,
    ``dprime`` is sqrt(2) z(share), 0 where nobody can tell, and ``dprime_adjusted``
    allows for the liking. Figures that do not exist are None; ``note`` says why.
    """

    row: str
    one: str
    other: str
    chosen: int
    votes: int
    workers: int
    videos: int
    share: float | None
    low: float | None
    high: float | None
    interval: str
    p_clustered: float | None
    p_binomial: float | None
    sides: Sides
    rates: tuple[float, float] | None
    dprime: float | None = None
    dprime_low: float | None = None
    dprime_high: float | None = None
    dprime_adjusted: float | None = None
    note: str = ""

    @property
    def adjusted(self) -> float | None:
        """Return the share with both sides weighted alike, None without one of them."""
        return None if self.rates is None else sum(self.rates) / 2

    @property
    def fooled(self) -> float | None:
        """Return the share that chose ``other``: with a control, that were fooled."""
        return None if self.share is None else 1 - self.share

    @property
    def fooled_bounds(self) -> tuple[float, float] | None:
        """Return the interval of `fooled`."""
        if self.low is None or self.high is None:
            return None
        return 1 - self.high, 1 - self.low


@dataclass(frozen=True, slots=True)
class SideBalance:
    """Whether the left clip was chosen more often than the right one, over all answers.

    ``share`` with its clustered interval; tests of a half as in `PairShare`.
    """

    left: int
    votes: int
    share: float | None
    low: float | None
    high: float | None
    p_clustered: float | None
    p_binomial: float | None
    note: str = ""


def two_afc(
    pairs: PairVotes, *, alpha: float = 0.05, average: str = "Average"
) -> tuple[PairShare, ...]:
    """Return how often the real clip was found, by method and category.

    For every method that was paired with the control: a row for each category with
    votes, then the mean over them. Intervals are those of `choose_intervals`,
    clustered by raters and source videos, with their stand-ins. Half found is
    indistinguishable. Source of d': D. Green and J. Swets (1966); N. Macmillan and C.
    Creelman, Detection Theory (2005), chapter 7.
    """
    contests = [contest for contest in pairs.contests() if _controlled(pairs, contest)]
    return tuple(
        share
        for one, other in contests
        for share in _shares(pairs, one, other, alpha=alpha, average=average)
    )


def preferences(
    pairs: PairVotes, *, alpha: float = 0.05, average: str = "Average"
) -> tuple[PairShare, ...]:
    """Return how often one generated method was chosen over another, as `two_afc`."""
    contests = [
        contest for contest in pairs.contests() if not _controlled(pairs, contest)
    ]
    return tuple(
        share
        for one, other in contests
        for share in _shares(pairs, one, other, alpha=alpha, average=average)
    )


def side_balance(pairs: PairVotes, *, alpha: float = 0.05) -> SideBalance:
    """Return how often the left clip was chosen, all pairs together."""
    # one cell: what category a pair is of has no bearing on its sides
    votes = pairs.votes(pairs.chosen == 0, "left", together=True)
    counted = int(votes.vote.sum()), len(votes.vote)
    sample = sample_cells(votes).cells[0][0]
    (interval,), _ = choose_intervals([sample], None, alpha=alpha)
    return SideBalance(
        *counted,
        share=None if sample is None else float(sample.rate),
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        p_clustered=clustered_p(sample, interval),
        p_binomial=binomial_p(*counted),
        note=interval.note.replace(" real", " for left") if interval else "no votes",
    )


def binomial_p(successes: int, trials: int) -> float | None:
    """Return the exact two-sided p value of a half, None without trials."""
    if not trials:
        return None
    tail = float(special.bdtr(min(successes, trials - successes), trials, 0.5))
    return positive(min(1.0, 2 * tail))


def clustered_p(sample: Sample | None, interval: Interval | None) -> float | None:
    """Return the two-sided p value of a half by the clustered t on the logit scale.

    It is below alpha just where the interval leaves a half out; None where the interval
    is a stand-in.
    """
    if sample is None or interval is None or interval.method != method_name("twoway"):
        return None
    clusters = min(sample.workers, sample.videos)
    share = float(sample.rate)
    scale = math.sqrt(clusters / (clusters - 1)) * sample.se_twoway
    t = special.logit(share) * share * (1 - share) / scale
    return positive(2 * float(special.stdtr(clusters - 1, -abs(t))))


def dprime(share: float) -> float | None:
    """Return sqrt(2) z(share), None where the share is 0 or 1."""
    return math.sqrt(2) * float(special.ndtri(share)) if 0 < share < 1 else None


def _controlled(pairs: PairVotes, contest: tuple[int, int]) -> bool:
    return pairs.control is not None and len(pairs.methods) - 1 in contest


def _shares(
    pairs: PairVotes, one: int, other: int, *, alpha: float, average: str
) -> list[PairShare]:
    met = pairs.contest(one, other)
    samples = sample_cells(met.votes(met.winner == one, pairs.methods[one]))
    cells, mean = samples.cells[0], samples.averages[0]
    intervals, over_all = choose_intervals(cells, mean, alpha=alpha)
    names = pairs.methods[one], pairs.methods[other]
    rows: list[PairShare] = []
    parts: list[Sides] = []
    for category, (sample, interval) in enumerate(zip(cells, intervals, strict=True)):
        if sample is not None and interval is not None:
            sides = _sides(met.part(met.category == category), one)
            parts.append(sides)
            label = pairs.categories[category], *names
            rows.append(_share(label, (sample, interval), sides, [sides]))
    if mean is not None and over_all is not None:
        label = average, *names
        rows.append(_share(label, (mean, over_all), _sides(met, one), parts))
    controlled = _controlled(pairs, (one, other))
    return [_with_dprime(row) for row in rows] if controlled else rows


def _sides(met: PairVotes, one: int) -> Sides:
    at_left, chose = met.left == one, met.winner == one
    votes, left = len(met.chosen), int((met.chosen == 0).sum())
    return Sides(
        votes=votes,
        left=left,
        p=binomial_p(left, votes),
        one_left=int(at_left.sum()),
        chosen_left=int((at_left & chose).sum()),
        chosen=int(chose.sum()),
    )


def _share(
    label: tuple[str, str, str],
    found: tuple[Sample, Interval],
    sides: Sides,
    parts: list[Sides],
) -> PairShare:
    sample, interval = found
    row, one, other = label
    # a share knows its votes as real ones; here they are votes for a method
    said = interval.note.replace(" real", f" for {one}")
    notes = [said] if said else []
    rates = side_rates(parts)
    if rates is None:
        notes.append(f"{one} stood on one side only: no adjustment for sides")
    return PairShare(
        row=row,
        one=one,
        other=other,
        chosen=sides.chosen,
        votes=sides.votes,
        workers=sample.workers,
        videos=sample.videos,
        share=float(sample.rate),
        low=interval.low,
        high=interval.high,
        interval=interval.method,
        p_clustered=clustered_p(sample, interval),
        p_binomial=binomial_p(sides.chosen, sides.votes),
        sides=sides,
        rates=rates,
        note="; ".join(notes),
    )


def side_rates(parts: list[Sides]) -> tuple[float, float] | None:
    """Return the mean shares with the method left and right, None if one is missing."""
    rates = [part.rates for part in parts]
    known = [rate for rate in rates if rate is not None]
    if len(known) < len(rates) or not known:
        return None
    left, right = (math.fsum(side) / len(known) for side in zip(*known, strict=True))
    return left, right


def _with_dprime(row: PairShare) -> PairShare:
    assert row.share is not None
    value = dprime(row.share)
    note = "" if value is not None else "everybody agreed: d' has no bound"
    rates = [dprime(rate) for rate in row.rates or ()]
    known = [rate for rate in rates if rate is not None]
    return replace(
        row,
        dprime=value,
        dprime_low=None if row.low is None else dprime(row.low),
        dprime_high=None if row.high is None else dprime(row.high),
        dprime_adjusted=sum(known) / 2 if len(known) == 2 else None,
        note="; ".join(part for part in (row.note, note) if part),
    )
