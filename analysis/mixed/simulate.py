"""Votes drawn from the logistic mixed model, for planning and for calibration."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.mixed.layout import Layout, uneven_seats
from analysis.votes import CodedVotes

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# points of the Gauss-Hermite rule for the mean over the effects, and Newton steps for
# the intercept; both leave an error below 1e-6 for deviations up to 3
NODES = 48
STEPS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedDesign:
    """A study to draw votes for.

    ``rates``: (category, method), the marginal share judged real, in [0, 1], averaged
    over raters, clips and items. ``control``, unless None, is the last method. Every
    clip is shown under every method, or as ``layout`` says, which then counts in place
    of ``clips_per_category``; each item to ``votes_per_item`` raters, and no rater
    meets a clip twice. ``cap`` is the most votes a rater may give. ``sd_worker``,
    ``sd_video``, ``sd_item``: deviations of the effects on the logit scale.
    ``activity``: deviation of the logarithm of how active the raters are; 0 spreads the
    votes evenly. Raises ValueError naming what cannot be.
    """

    rates: tuple[tuple[float, ...], ...]
    categories: tuple[str, ...]
    methods: tuple[str, ...]
    control: str | None
    clips_per_category: int
    votes_per_item: int
    raters: int
    cap: int | None = None
    sd_worker: float
    sd_video: float
    sd_item: float
    activity: float = 1.0
    layout: Layout | None = None

    def __post_init__(self) -> None:
        _check_table(self)
        for name in ("clips_per_category", "votes_per_item", "raters"):
            if getattr(self, name) < 1:
                message = f"{name} must be at least 1, not {getattr(self, name)}"
                raise ValueError(message)
        for name in ("sd_worker", "sd_video", "sd_item", "activity"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                message = f"{name} must be a number from 0 on, not {value}"
                raise ValueError(message)
        if self.layout is not None:
            self.layout.check(
                categories=len(self.categories), methods=len(self.methods)
            )
        if self.raters < self.fewest_raters:
            message = (
                f"{self.raters} raters with at most {self.most} votes each cannot give "
                f"{self.votes}: raise the raters or the cap"
            )
            raise ValueError(message)

    @property
    def clips(self) -> int:
        """Return how many clips there are in all."""
        return len(self.category_of_clip)

    @property
    def category_of_clip(self) -> Ints:
        """Return the category of each clip: (clip,)."""
        if self.layout is not None:
            return self.layout.category
        return np.repeat(np.arange(len(self.categories)), self.clips_per_category)

    @property
    def shown(self) -> npt.NDArray[np.bool_]:
        """Return whether a clip is shown under a method: (clip, method)."""
        if self.layout is not None:
            return self.layout.shown
        return np.ones((self.clips, len(self.methods)), dtype=np.bool_)

    @property
    def votes(self) -> int:
        """Return how many votes the study collects."""
        return int(self.shown.sum()) * self.votes_per_item

    @property
    def most(self) -> int:
        """Return the most votes one rater can give: the cap, or one on every clip."""
        return self.clips if self.cap is None else min(self.cap, self.clips)

    @property
    def fewest_raters(self) -> int:
        """Return the fewest raters who can give all votes."""
        if self.layout is not None:
            return self.layout.fewest_raters(self.votes_per_item, self.most)
        return math.ceil(self.votes / self.most)

    @property
    def sd_total(self) -> float:
        """Return the deviation of the sum of a vote's three effects."""
        return math.hypot(self.sd_worker, self.sd_video, self.sd_item)


def simulate_votes(
    design: SimulatedDesign, *, seed: int | np.random.Generator
) -> CodedVotes:
    """Return votes drawn under a design; the same for the same seed.

    Within a clip, raters are assigned to methods at random. Votes stand by clip, then
    method. Raters who give no vote have no code.
    """
    random = np.random.default_rng(seed)
    quotas = _quotas(design, random)
    worker = _workers(design, quotas, random)
    workers = int(worker.max()) + 1
    clip_of_item, method_of_item = np.nonzero(design.shown)
    category_of_item = design.category_of_clip[clip_of_item]
    item = np.repeat(np.arange(len(clip_of_item)), design.votes_per_item)
    video = clip_of_item[item]
    logits = marginal_logits(np.array(design.rates), sd=design.sd_total)
    of_item = logits[category_of_item, method_of_item]
    of_item += design.sd_item * random.standard_normal(of_item.size)
    of_video = design.sd_video * random.standard_normal(design.clips)
    of_worker = design.sd_worker * random.standard_normal(workers)
    chance = special.expit(of_item[item] + of_video[video] + of_worker[worker])
    return CodedVotes(
        vote=(random.random(worker.size) < chance).astype(np.int64),
        category=category_of_item[item],
        method=method_of_item[item],
        item=item,
        video=video,
        worker=worker,
        categories=design.categories,
        methods=design.methods,
        worker_names=tuple(f"rater-{code}" for code in range(workers)),
        item_ids=_item_ids(design.methods, design.shown.tobytes()),
        videos=design.clips,
        workers=workers,
        control=design.control,
        repeats=0,
    )


def marginal_logits(
    rates: Floats | Sequence[float] | Sequence[Sequence[float]], *, sd: float
) -> Floats:
    """Return the logits that give the rates when a normal effect is added to them.

    The mean of expit(logit + sd z) over standard-normal z is the rate. Same shape as
    `rates`; -inf and inf for 0 and 1.
    """
    target = special.logit(np.asarray(rates, dtype=np.float64))
    if sd == 0:
        logits: Floats = target
        return logits
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    weights = weights / weights.sum()
    inside = np.isfinite(target)
    goal = target[inside]
    # the logit of the mean is nearly a straight line in the logit, so Newton's steps on
    # that scale do not overshoot
    guess = goal * math.sqrt(1 + 0.346 * sd * sd)
    for _ in range(STEPS):
        chance = special.expit(guess[:, None] + sd * nodes)
        mean = chance @ weights
        slope = (chance * (1 - chance)) @ weights / (mean * (1 - mean))
        step = (goal - special.logit(mean)) / slope
        guess += step
        if not step.size or np.abs(step).max() < 1e-12:
            break
    target[inside] = guess
    solved: Floats = target
    return solved


def _check_table(design: SimulatedDesign) -> None:
    wide, rows = len(design.methods), [len(row) for row in design.rates]
    if not rows or not wide or rows != [wide] * len(design.categories):
        shape = f"{len(design.categories)} rows of {wide}"
        message = f"rates must be {shape}, not rows of {rows}"
        raise ValueError(message)
    if not all(0 <= rate <= 1 for row in design.rates for rate in row):
        message = f"rates must lie in [0, 1]: {design.rates}"
        raise ValueError(message)
    if design.control is not None and design.methods[-1] != design.control:
        message = f"the control {design.control!r} must be the last of {design.methods}"
        raise ValueError(message)


def _quotas(design: SimulatedDesign, random: np.random.Generator) -> Ints:
    """Return how many votes each rater gives: log-normal, capped, none of them 0."""
    weight = np.exp(design.activity * random.standard_normal(design.raters))
    # who is over the cap keeps the cap; the others share the rest by their weights
    order = np.argsort(-weight, kind="stable")
    falling = weight[order]
    left = np.cumsum(falling[::-1])[::-1]
    rest = design.votes - design.most * np.arange(design.raters)
    share = falling * rest / left
    # the last has room, if only to the cap itself: of that no rounding may rob it
    capped = int(np.argmax(share <= design.most * (1 + 1e-9)))
    wanted = np.full(design.raters, float(design.most))
    wanted[capped:] = falling[capped:] * rest[capped] / left[capped]
    quotas = np.floor(wanted).astype(np.int64)
    # whole votes for the largest fractions, as seats in a parliament
    fractions = np.where(quotas < design.most, wanted - quotas, -1.0)
    short = design.votes - int(quotas.sum())
    quotas[np.argsort(-fractions, kind="stable")[:short]] += 1
    shuffled: Ints = random.permutation(quotas[quotas > 0])
    return shuffled


def _workers(
    design: SimulatedDesign, quotas: Ints, random: np.random.Generator
) -> Ints:
    """Return the rater of each vote, by clip: (votes,)."""
    if design.layout is not None:
        seats = design.layout.shown.sum(axis=1) * design.votes_per_item
        return uneven_seats(quotas, seats, random)
    return random.permuted(_seats(quotas, design.clips, random), axis=1).ravel()


def _seats(quotas: Ints, clips: int, random: np.random.Generator) -> Ints:
    """Return the raters of each clip: (clips, seats), all different within a clip.

    The raters' votes, one rater after another, are cut into one column of clips per
    seat and dealt out at random within the column. A rater who gives no more votes
    than there are clips sits in at most two neighbouring columns; the second deals
    those votes to clips the first has left free.
    """
    columns = np.repeat(np.arange(len(quotas)), quotas).reshape(-1, clips)
    seats = np.empty((clips, len(columns)), dtype=np.int64)
    taken = np.zeros(clips, dtype=np.bool_)
    for seat, column in enumerate(columns):
        order = random.permutation(clips)
        if seat:
            taken = seats[:, seat - 1] == column[0]
        order = np.concatenate((order[~taken[order]], order[taken[order]]))
        seats[order, seat] = column
    return seats


@lru_cache(maxsize=8)
def _item_ids(methods: tuple[str, ...], shown: bytes) -> tuple[str, ...]:
    """Return the items' names; ``shown``: (clip, method) as bytes, 0 where not."""
    return tuple(
        f"clip-{place // len(methods)}/{methods[place % len(methods)]}"
        for place, is_shown in enumerate(shown)
        if is_shown
    )
