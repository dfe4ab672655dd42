"""Simulated raters: how well they hear, how they lean, and what they answer.

Equal-variance signal detection: a clip gives a rater the evidence
``x ~ N(mean, 1)`` that it is real, and the rater says "real" when ``x > bias``. The
mean of a real clip is +d'/2. A system's mean lies between that of a perfect forger
(+d'/2) and below -d'/2, drawn once from its name, so that systems differ; every single
item departs from its system's mean a little, the same for all raters.
(Macmillan and Creelman, Detection Theory, 2nd ed., chapters 1 and 2.)
"""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

ITEM_SPREAD = 0.4
"""Standard deviation of single items around their system, in units of the noise."""
RATER_SPREAD = 0.25
"""Standard deviation of d' and of the bias between raters."""
CATCH_MARGIN = 1.5
"""How much easier a catch item is told than the plainest forgery."""

Kind = Literal["normal", "spammer"]
Leaving = Literal["stays", "returns", "abandons"]


@dataclass(frozen=True, slots=True)
class Population:
    """The raters to draw.

    `sensitivity` is the mean d', `bias` the mean criterion (above 0: says "real"
    less often), `lapse` the share of trials answered blindly. `spammers`, `returning`
    and `abandoning` are shares of the raters, 0 to 1: those who answer everything
    blindly, give their first session back in the middle, or walk away from it (in a
    later rehearsal of the study they stay).
    """

    raters: int
    seed: int
    sensitivity: float = 1.5
    bias: float = 0.0
    lapse: float = 0.02
    spammers: float = 0.0
    returning: float = 0.0
    abandoning: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is out of range, by name (ValueError)."""
        if self.raters < 1:
            raise ValueError(f"raters is {self.raters}: at least 1 is needed")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}: 0 or more is possible")
        for name in ("lapse", "spammers", "returning", "abandoning"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} is {getattr(self, name)}: 0 to 1 is possible")
        if self.returning + self.abandoning > 1.0:
            raise ValueError("returning and abandoning together pass 1")


@dataclass(frozen=True, slots=True)
class SimulatedRater:
    """One simulated rater. `number` counts from 1; `seed` is the population's."""

    number: int
    seed: int
    sensitivity: float
    bias: float
    lapse: float
    kind: Kind = "normal"
    leaving: Leaving = "stays"

    def draw(self, *what: object) -> random.Random:
        """Return this rater's own chance for one purpose, the same every time."""
        return chance(self.seed, "rater", self.number, *what)


@dataclass(frozen=True, slots=True)
class Truth:
    """What a stimulus is: known to the simulation, never read from a page."""

    clip: str
    system: str
    real: bool
    catch: bool


def chance(*what: object) -> random.Random:
    """Return a generator seeded by everything named, whatever the platform."""
    text = "\x1f".join(str(part) for part in what)
    digest = hashlib.sha256(text.encode()).digest()
    return random.Random(int.from_bytes(digest[:16], "big"))


def draw_population(population: Population) -> tuple[SimulatedRater, ...]:
    """Draw the raters of a population; the same ones for the same seed.

    The first raters stay the same when more are asked for.
    """
    return tuple(
        _draw_rater(population, number) for number in range(1, population.raters + 1)
    )


def _draw_rater(population: Population, number: int) -> SimulatedRater:
    rng = chance(population.seed, "population", number)
    leaves = rng.random()
    return SimulatedRater(
        number=number,
        seed=population.seed,
        sensitivity=max(0.0, rng.gauss(population.sensitivity, RATER_SPREAD)),
        bias=rng.gauss(population.bias, RATER_SPREAD),
        lapse=population.lapse,
        kind="spammer" if rng.random() < population.spammers else "normal",
        leaving=_leaving(population, leaves),
    )


def _leaving(population: Population, draw: float) -> Leaving:
    if draw < population.returning:
        return "returns"
    if draw < population.returning + population.abandoning:
        return "abandons"
    return "stays"


def realness(seed: int, truth: Truth, sensitivity: float) -> float:
    """Return the mean evidence that this stimulus is real, for this sensitivity."""
    half = sensitivity / 2
    if truth.catch:
        return -half - CATCH_MARGIN
    item = chance(seed, "item", truth.clip, truth.system).gauss(0.0, ITEM_SPREAD)
    if truth.real:
        return half + item
    # 0: told as easily as can be; 1: as good as real
    skill = chance(seed, "system", truth.system).uniform(0.0, 0.9)
    return -half + skill * sensitivity + item


def answer(rater: SimulatedRater, truth: Truth, choices: Sequence[str]) -> str:
    """Return the rater's choice among `choices`: "real", "fake" or a blind one."""
    rng = rater.draw("answer", truth.clip, truth.system, truth.catch)
    if rater.kind == "spammer" or rng.random() < rater.lapse:
        return rng.choice(list(choices))
    evidence = rng.gauss(realness(rater.seed, truth, rater.sensitivity), 1.0)
    return "real" if evidence > rater.bias else "fake"
