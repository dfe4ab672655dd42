"""How often the declared tests find the expected differences: simulated studies."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analysis.contrasts import holm
from analysis.contrasts.estimate import Source
from analysis.mixed import SimulatedDesign, simulate_votes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.planning.record import PlanInput
    from analysis.planning.requirements import Comparison
    from analysis.votes import CodedVotes


class Progress(Protocol):
    """A bar, or nothing."""

    def start(self, total: int, label: str) -> None:
        """Begin a stretch of `total` steps."""

    def step(self, n: int = 1) -> None:
        """`n` steps are done."""

    def done(self) -> None:
        """End the stretch."""


def simulate_power(
    asked: PlanInput,
    comparisons: Sequence[Comparison],
    *,
    seed: int,
    studies: int,
    progress: Progress | None = None,
    go_on: Callable[[], bool] | None = None,
) -> tuple[tuple[float, ...], int]:
    """Return the share of simulated studies that find each comparison, and how many.

    Every study is drawn from the mixed model and tested as declared: the two-way
    clustered z on the Average row, the exact sign-flip within a category, each family
    corrected by Holm. Within categories the share is over studies and the categories
    that have clips under both methods.
    After `go_on` says False no further study is begun (the first always is). The
    first n studies are the same for every number of studies.
    """
    design = SimulatedDesign(
        rates=(asked.rates,) * len(asked.categories),
        categories=asked.categories,
        methods=asked.methods,
        control=asked.control,
        clips_per_category=asked.clips_per_category,
        votes_per_item=asked.votes_per_item,
        raters=asked.raters,
        cap=asked.cap,
        sd_worker=asked.components.sd_worker,
        sd_video=asked.components.sd_video,
        sd_item=asked.components.sd_item,
        activity=asked.activity,
        layout=asked.layout,
    )
    found: Counter[int] = Counter()
    done = 0
    if progress:
        progress.start(studies, "studies")
    for child in np.random.SeedSequence(seed).spawn(studies):
        if done and go_on is not None and not go_on():
            break
        votes = simulate_votes(design, seed=np.random.Generator(np.random.PCG64(child)))
        found.update(_found(votes, comparisons, asked.alpha))
        done += 1
        if progress:
            progress.step()
    if progress:
        progress.done()
    return tuple(
        found[index]
        / (done * (asked.shared(each.one, each.other) if each.row == "cell" else 1))
        if done
        else 0.0
        for index, each in enumerate(comparisons)
    ), done


def _found(
    votes: CodedVotes, comparisons: Sequence[Comparison], alpha: float
) -> Counter[int]:
    """Return how many tests of each comparison are significant in one study."""
    counts: Counter[int] = Counter()
    source = Source.of(votes, seed=0)
    for kind in dict.fromkeys(each.kind for each in comparisons):
        family = [
            (index, p)
            for index, each in enumerate(comparisons)
            if each.kind == kind
            for p in _p_values(source, votes, each)
        ]
        adjusted = holm([p for _, p in family])
        counts.update(
            index
            for (index, _), p in zip(family, adjusted, strict=True)
            if p is not None and p <= alpha
        )
    return counts


def _p_values(
    source: Source, votes: CodedVotes, comparison: Comparison
) -> list[float | None]:
    one = votes.methods.index(comparison.one)
    other = votes.methods.index(comparison.other)
    rows = [None] if comparison.row == "Average" else range(len(votes.categories))
    estimates = (source.estimate(row, one, other) for row in rows)
    return [estimate.p if estimate else None for estimate in estimates]


def monte_carlo_error(share: float, draws: int) -> float:
    """Return the standard error of a share of so many independent draws."""
    return math.sqrt(share * (1 - share) / draws)
