"""Simulate whole studies and count how often intervals and tests keep their word.

Raters and clips are crossed (SD 0.6 and 0.7 on the logit), raters' activity is
heavy-tailed (a log-normal whose logarithm has SD 1), raters are assigned to systems at
random within a clip. Of the same studies: coverage of the default 95 % intervals with
the iid Wilson interval beside it, false positives of the declared comparison where the
systems do not differ, and of plans with several looks. Seeded: the same figures again.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from typing import TYPE_CHECKING

from tqdm import tqdm

from analysis.contrasts import compare
from analysis.intervals import Sample, choose_intervals, sample_cells, wilson
from analysis.mixed.simulate import SimulatedDesign, simulate_votes
from analysis.sequential import clip_order, stages, take_look
from analysis.study import Comparisons, SequentialPlan
from script.bench_table import line

if TYPE_CHECKING:
    from analysis.votes import CodedVotes

CATEGORIES = tuple(f"Category {number}" for number in range(10))
METHODS = ("One", "Other", "Better", "Real")
# One and Other are alike in every category: what tells them apart is chance
RATES = tuple(
    (share, share, share + 0.05, 0.90) for share in np.linspace(0.62, 0.8, 10)
)
DESIGN = SimulatedDesign(
    rates=tuple(tuple(float(rate) for rate in row) for row in RATES),
    categories=CATEGORIES,
    methods=METHODS,
    control="Real",
    clips_per_category=128,
    votes_per_item=3,
    raters=200,
    sd_worker=0.6,
    sd_video=0.7,
    sd_item=0.0,
    activity=1.0,
)
ALIKE = Comparisons(families=("generated", "generated-by-category"))
PLANS = {
    "O'Brien-Fleming, 5 looks": SequentialPlan("obrien-fleming", 5, "One", "Other"),
    "Pocock, 5 looks": SequentialPlan("pocock", 5, "One", "Other"),
}
ALWAYS = SequentialPlan("always-valid", 0, "One", "Other")
STAGES = 20
COVERAGE, ERRORS, SEQUENTIAL = (93.0, 97.0), (3.5, 6.5), 5.5

Held = Counter[str]


def holds(low: float, high: float, truth: float) -> bool:
    return low <= truth <= high


def coverage(votes: CodedVotes, held: Held) -> None:
    """Count which intervals hold the share that the study was drawn with."""
    samples = sample_cells(votes)
    mean = float(np.mean([row[0] for row in RATES]))
    for name, method, row, truth in (
        ("sparse cell (.62, 384 votes)", 0, 0, RATES[0][0]),
        (".90 cell (384 votes)", 3, 0, 0.90),
        ("Average row (3,840 votes)", 0, None, mean),
    ):
        cells = samples.cells[method]
        sample = samples.averages[method] if row is None else cells[row]
        assert sample is not None
        intervals, average = choose_intervals(cells, samples.averages[method])
        interval = average if row is None else intervals[row]
        assert interval is not None
        held[f"{name}"] += holds(interval.low, interval.high, truth)
        low, high = iid(sample)
        held[f"{name}, iid Wilson"] += holds(low, high, truth)


def iid(sample: Sample) -> tuple[float, float]:
    size = float(sample.size)
    low, high = wilson(float(sample.rate) * size, size)
    return float(low), float(high)


def false_positives(votes: CodedVotes, held: Held) -> None:
    """Count the comparisons of One and Other that find a difference."""
    for each in compare(votes, ALIKE).contrasts:
        if (each.one, each.other) != ("One", "Other"):
            continue
        assert each.p_signflip is not None
        if each.family == "generated":
            assert each.p_clustered is not None
            held["contrast, clustered z"] += each.p_clustered <= 0.05
            held["contrast, sign-flip"] += each.p_signflip <= 0.05
            held["contrast, iid z"] += iid_z(votes)
        elif each.row == CATEGORIES[0]:
            held["contrast in a category, sign-flip"] += each.p_signflip <= 0.05


def iid_z(votes: CodedVotes) -> bool:
    """Return whether the usual z test of two shares of votes rejects."""
    one, other = (votes.vote[votes.method == method] for method in (0, 1))
    pooled = votes.vote[votes.method <= 1].mean()
    error = np.sqrt(pooled * (1 - pooled) * (1 / len(one) + 1 / len(other)))
    return bool(abs(one.mean() - other.mean()) / error > 1.959964)


def looks(votes: CodedVotes, seed: int, held: Held) -> None:
    """Count the plans under which any look finds a difference."""
    clips = {str(clip): CATEGORIES[clip // 128] for clip in range(votes.videos)}
    order = clip_order(clips, seed=seed)
    for name, plan in PLANS.items():
        staged = stages(order, plan.looks)
        stage_of = of_items(votes, staged)
        held[name] += any(
            take_look(votes, plan, number=number, stage_of=stage_of).crossed
            for number in range(1, plan.looks + 1)
        )
        held[f"{name}, plain 5 % test"] += peeked(votes, plan, stage_of)
    stage_of = of_items(votes, stages(order, STAGES))
    # the last look has crossed if any before has
    held["always valid, 20 looks"] += take_look(
        votes, ALWAYS, number=STAGES, stage_of=stage_of
    ).crossed


def of_items(votes: CodedVotes, staged: dict[str, int]) -> dict[str, int]:
    methods = len(METHODS)
    return {
        item: staged[str(number // methods)]
        for number, item in enumerate(votes.item_ids)
    }


def peeked(votes: CodedVotes, plan: SequentialPlan, stage_of: dict[str, int]) -> bool:
    """Return whether a fixed 5 % test, made again at every look, rejects at any."""
    found = (
        take_look(votes, plan, number=number, stage_of=stage_of).statistic
        for number in range(1, plan.looks + 1)
    )
    return any(abs(z) > 1.959964 for z in found if z is not None)


def report(held: Held, studies: int) -> bool:
    """Print a line per figure; return whether all goals are met."""
    kept = True
    for name, count in held.items():
        share = 100 * count / studies
        if "cell" in name or "Average" in name:
            goal = COVERAGE
        elif name.startswith("contrast"):
            goal = ERRORS
        else:
            goal = (0.0, SEQUENTIAL)
        compared = "iid" in name or "plain" in name
        what = "coverage" if goal == COVERAGE else "false positives"
        text = line(f"{what}: {name}", share, "%", None)
        if compared:
            print(f"{text}      (beside it, no goal)")
            continue
        met = goal[0] <= share <= goal[1]
        kept &= met
        words = f"{goal[0]:g} to {goal[1]:g}"
        print(f"{text} {words:<14} {'met' if met else 'MISSED'}")
    return kept


def main() -> int:
    """Simulate and return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    held: Held = Counter()
    for study in tqdm(range(options.studies), desc="studies", file=sys.stderr):
        seed = options.seed * 1_000_003 + study
        votes = simulate_votes(DESIGN, seed=seed)
        coverage(votes, held)
        false_positives(votes, held)
        looks(votes, seed, held)
    return 0 if report(held, options.studies) else 1


if __name__ == "__main__":
    sys.exit(main())
