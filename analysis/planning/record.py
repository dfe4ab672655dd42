"""What a plan is asked for, and what it answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from analysis.mixed import Layout

PAPER_RATES = (0.6919, 0.7263, 0.7336)
PAPER_REAL = 0.9143
"""Average row of Table 2 of Visual to Sound (CVPR 2018), Frame, Seq and Flow, and
Real. Frame's is the mean of its column; the paper prints 68.69."""


@dataclass(frozen=True, slots=True)
class Components:
    """Deviations of the effects of the mixed model, on the logit scale.

    ``source``: where they come from, in words.
    """

    sd_worker: float
    sd_video: float
    sd_item: float
    source: str = "given"

    @property
    def sd_total(self) -> float:
        """Return the deviation of the sum of a vote's three effects."""
        return math.hypot(self.sd_worker, self.sd_video, self.sd_item)


DEFAULT_COMPONENTS = Components(
    0.84, 0.52, 0.45, "a synthetic panel, not people: run a pilot to know yours"
)


@dataclass(frozen=True, slots=True)
class Price:
    """What a session of one recruiter costs, reward and fee, and how many items it has.

    ``session_usd`` from 0 on, ``session_items`` at least 1.
    """

    recruiter: str
    session_usd: Decimal
    session_items: int

    def cost(self, votes: int) -> Decimal:
        """Return what so many votes cost, in whole sessions."""
        return self.session_usd * math.ceil(votes / self.session_items)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanInput:
    """A study to be planned.

    ``clips_per_category`` source clips, each shown under all of ``systems`` (generated)
    and, unless None, ``control``; with ``layout`` its clips, as it says, and those are
    their mean. Each item gets ``votes_per_item`` votes; nobody gives more than ``cap``
    (None: one per clip). ``rates``: expected shares judged real, inside (0, 1), one per
    system and then the control, the same in all ``categories``. ``activity``: deviation
    of the log of how active raters are. ``difference``: one that is wanted to be found,
    as a share. Raises ValueError naming what cannot be.
    """

    clips_per_category: int
    categories: tuple[str, ...]
    systems: tuple[str, ...]
    control: str | None = "Real"
    votes_per_item: int = 3
    cap: int | None = None
    raters: int
    rates: tuple[float, ...]
    rates_source: str = "given"
    components: Components = DEFAULT_COMPONENTS
    activity: float = 1.0
    difference: float = 0.05
    alpha: float = 0.05
    power: float = 0.8
    prices: tuple[Price, ...] = ()
    budget_usd: Decimal | None = None
    layout: Layout | None = None

    def __post_init__(self) -> None:
        for name in ("clips_per_category", "votes_per_item", "raters"):
            if getattr(self, name) < 1:
                message = f"{name} must be at least 1, not {getattr(self, name)}"
                raise ValueError(message)
        for name in ("difference", "alpha", "power"):
            if not 0 < getattr(self, name) < 1:
                message = f"{name} must lie between 0 and 1, not {getattr(self, name)}"
                raise ValueError(message)
        if not self.categories or not self.systems:
            message = "a study needs a category and a system that is compared"
            raise ValueError(message)
        _check_rates(self)
        if self.layout is not None:
            self.layout.check(
                categories=len(self.categories), methods=len(self.methods)
            )
        if self.raters < self.fewest_raters:
            message = (
                f"{self.raters} raters with at most {self.most} votes each cannot "
                f"give {self.votes}: at least {self.fewest_raters} raters are needed"
            )
            raise ValueError(message)

    @property
    def methods(self) -> tuple[str, ...]:
        """Return the systems and then the control."""
        return self.systems + ((self.control,) if self.control is not None else ())

    @property
    def clips(self) -> int:
        """Return the source clips of all categories."""
        if self.layout is not None:
            return len(self.layout.clips)
        return self.clips_per_category * len(self.categories)

    @property
    def items(self) -> int:
        """Return the clips under all methods together."""
        if self.layout is not None:
            return self.layout.items
        return self.clips * len(self.methods)

    @property
    def votes(self) -> int:
        """Return the votes of the whole study."""
        return self.items * self.votes_per_item

    @property
    def most(self) -> int:
        """Return the most votes that one rater can give."""
        return self.clips if self.cap is None else max(1, min(self.cap, self.clips))

    @property
    def fewest_raters(self) -> int:
        """Return the fewest raters who can give all votes, each meeting a clip once."""
        if self.layout is not None:
            return self.layout.fewest_raters(self.votes_per_item, self.most)
        return math.ceil(self.votes / self.most)

    @property
    def gaps(self) -> dict[str, int]:
        """Return the methods that some clip lacks, and how many clips have them."""
        if self.layout is None:
            return {}
        counts = self.layout.shown.sum(axis=0).tolist()
        of = dict(zip(self.methods, counts, strict=True))
        return {method: count for method, count in of.items() if count < self.clips}

    def shared(self, *methods: str) -> int:
        """Return the number of categories with clips under each of these methods."""
        if self.layout is None:
            return len(self.categories)
        return len(self.layout.shared(*map(self.methods.index, methods)))


def _check_rates(asked: PlanInput) -> None:
    if len(asked.rates) != len(asked.methods):
        message = (
            f"{len(asked.rates)} rates for {len(asked.methods)} methods: give one "
            f"for each of {', '.join(asked.methods)}"
        )
        raise ValueError(message)
    if not all(0 < rate < 1 for rate in asked.rates):
        message = f"rates must lie between 0 and 1: {asked.rates}"
        raise ValueError(message)


def default_rates(
    systems: int, *, control: bool = True
) -> tuple[tuple[float, ...], str]:
    """Return expected rates where nothing better is known, and where they come from.

    The paper's three systems in turn; further ones get the mean of the three.
    """
    mean = sum(PAPER_RATES) / len(PAPER_RATES)
    rates = (PAPER_RATES + (mean,) * systems)[:systems]
    return (
        rates + ((PAPER_REAL,) if control else ()),
        "Table 2 of Visual to Sound (CVPR 2018)",
    )


@dataclass(frozen=True, slots=True)
class Expected:
    """The 95 % (1 - alpha) interval to be expected for one method.

    ``row`` is "cell" or "Average"; ``inflation`` the variance over that of
    independent votes; ``low``, ``high``: shares; ``half_width`` half their distance.
    """

    row: str
    method: str
    rate: float
    votes: int
    m_star: float
    inflation: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Return half the width of the interval, as a share."""
        return (self.high - self.low) / 2


@dataclass(frozen=True, slots=True)
class Detectable:
    """The smallest difference that is found with the wanted power.

    ``kind``: "within a category", "Average row" or "system vs <control>".
    ``comparisons``: those of the family. ``alone``: as a share, tested at alpha;
    ``corrected``: at alpha / comparisons, Holm's first step. None where no
    difference inside [0, 1] would be found.
    """

    kind: str
    comparisons: int
    alone: float | None
    corrected: float | None


@dataclass(frozen=True, slots=True)
class Requirement:
    """What it takes to find a difference with the wanted power after correction.

    ``clips`` of all categories with ``votes`` by ``raters``; everything else as
    planned (None: more than anybody will rate). ``votes_per_item`` and ``cap``: what
    would do instead, with all else as planned (None: no number does). ``costs``:
    (recruiter, dollars) of the votes.
    """

    kind: str
    one: str
    other: str
    difference: float
    power: float
    clips: int | None
    votes: int | None
    raters: int | None
    votes_per_item: int | None
    cap: int | None
    costs: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Power:
    """How often a comparison came out significant in simulated studies.

    ``kind`` as in Detectable; within categories the share over all of them. ``se``:
    the Monte-Carlo error. ``closed_form`` is the power by formula at Holm's first
    step, ``simulated`` None where nothing was simulated.
    """

    kind: str
    one: str
    other: str
    difference: float
    closed_form: float
    simulated: float | None
    se: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a study can show. ``studies`` is how many were simulated."""

    asked: PlanInput
    mean_load: float
    effective_load: float
    expected: tuple[Expected, ...]
    detectable: tuple[Detectable, ...]
    wanted: tuple[Requirement, ...]
    powers: tuple[Power, ...]
    verdicts: tuple[str, ...]
    costs: tuple[tuple[str, Decimal], ...]
    studies: int
    seed: int
    notes: tuple[str, ...]
