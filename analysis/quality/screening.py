"""A demonstration of what screening raters by their accuracy would do.

It exists to be shown beside the table, as the reason why nobody is excluded by it:
each of these rules looks at the very votes that are reported and moves them. Nothing
applies its rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from analysis.votes import CodedVotes

    Floats = npt.NDArray[np.float64]
    Mask = npt.NDArray[np.bool_]

LOWEST_SHARE = 0.2
WORST_ACCURACY = 1 / 3
OFTEN_FOOLED = 0.9
DOUBTS_CONTROL = 0.6


@dataclass(frozen=True, slots=True)
class Screen:
    """What a rule would leave: raters, votes, and each method's pooled share "real".

    ``rates``: (method,), in [0, 1], in the votes' order of methods; None of no votes.
    """

    rule: str
    raters: int
    votes: int
    rates: tuple[float | None, ...]


def screening_effect(votes: CodedVotes) -> tuple[Screen, ...]:
    """Return the pooled shares after each of four screens by accuracy, and of none.

    Accurate is "real" for the control and "fake" for all other methods. Without a
    control only the rule on generated clips and that on accuracy mean anything, and
    they mean the same. A demonstration: see the module.
    """
    control = np.array([name == votes.control for name in votes.methods], bool)
    is_control = control[votes.method]
    right = votes.vote == is_control
    met = np.bincount(votes.worker, minlength=votes.workers) > 0

    def share(of: Mask, among: Mask) -> Floats:
        size = votes.workers
        count = np.bincount(votes.worker[among], minlength=size)
        hits = np.bincount(votes.worker[among & of], minlength=size)
        return np.where(count > 0, hits / np.maximum(count, 1), np.nan)

    everything = np.ones(len(votes.vote), bool)
    accuracy = share(right, everything)
    fooled = share(votes.vote == 1, ~is_control)
    on_control = share(votes.vote == 1, is_control)
    kept = {
        "none": met,
        "lowest 20% by accuracy": met & ~_lowest(accuracy, votes.worker_names),
        "accuracy below 1/3": met & ~(accuracy < WORST_ACCURACY),
        "fooled by over 90% of generated clips": met & ~(fooled > OFTEN_FOOLED),
        "under 60% of real clips judged real": met & ~(on_control < DOUBTS_CONTROL),
    }
    return tuple(_screen(votes, rule, raters) for rule, raters in kept.items())


def _lowest(accuracy: Floats, names: tuple[str, ...]) -> Mask:
    """Return the least accurate fifth; of equals, the first by name."""
    known = [code for code in range(len(names)) if np.isfinite(accuracy[code])]
    known.sort(key=lambda code: (accuracy[code], names[code]))
    lowest = np.zeros(len(names), bool)
    lowest[known[: int(LOWEST_SHARE * len(known))]] = True
    return lowest


def _screen(votes: CodedVotes, rule: str, kept: Mask) -> Screen:
    rows = kept[votes.worker]
    method, vote = votes.method[rows], votes.vote[rows]
    total = np.bincount(method, minlength=len(votes.methods)).tolist()
    real = np.bincount(method[vote == 1], minlength=len(votes.methods)).tolist()
    rates = tuple(k / n if n else None for k, n in zip(real, total, strict=True))
    return Screen(rule, int(kept.sum()), int(rows.sum()), rates)
