"""Time the bootstrap of all cells, 2,000 replicates, and the plain way beside it.

Prints seconds against the goals (0.1 s for 15,360 votes, 5 s for 1,000,000) and how
many times as long the plain way takes: weights mapped onto the rows of a pandas frame
and a groupby, replicate after replicate. Of that a few replicates are timed and their
time is scaled to 2,000, which the line says. The votes are made up, seeded; one thread.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

# read when numpy loads
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.intervals import Bootstrap, bootstrap_cells
from analysis.votes import CodedVotes, encode_votes
from script.bench_report import made_up_votes
from script.bench_table import line

GOALS = {15_360: 0.1, 1_000_000: 5.0}
REPLICATES = 2000
# replicates of the plain way that are timed
TIMED = {15_360: 40, 1_000_000: 2}


def plain_replicate(votes: pd.DataFrame, rng: np.random.Generator) -> pd.Series:
    """Return the share of every cell in one replicate, by pandas alone."""
    weights = np.ones(len(votes))
    for column in ("source_video", "worker_id"):
        names = votes[column].unique()
        drawn = pd.Series(rng.poisson(1.0, len(names)), index=names)
        weights = weights * votes[column].map(drawn).to_numpy()
    weighted = votes[["category", "method"]].assign(
        real=votes["vote"] * weights, every=weights
    )
    sums = weighted.groupby(["category", "method"])[["real", "every"]].sum()
    return sums["real"] / sums["every"]


def best_seconds(votes: CodedVotes, runs: int) -> tuple[float, Bootstrap]:
    """Return the best time of so many runs, and what they found."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        drawn = bootstrap_cells(votes, replicates=REPLICATES)
        seconds.append(time.perf_counter() - start)
    return min(seconds), drawn


def measure(count: int, runs: int) -> bool:
    """Print the lines for so many votes; return whether the goal is kept."""
    votes = made_up_votes(count)
    best, drawn = best_seconds(encode_votes(votes), runs)
    timed = TIMED.get(count, 5)
    rng = np.random.default_rng(1)
    start = time.perf_counter()
    for _ in range(timed):
        plain_replicate(votes, rng)
    slow = (time.perf_counter() - start) / timed * REPLICATES
    goal = GOALS.get(count)
    print(line(f"bootstrap, 2,000 replicates, {count:,} votes", best, "s", goal))
    print(
        f"{drawn.weights} weights; plain pandas {slow:,.1f} s = {slow / best:,.0f} "
        f"times as long, scaled from {timed} of 2,000 replicates"
    )
    return goal is None or best <= goal


def main() -> int:
    """Measure and return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--votes", type=int, action="append", help="how many (default: 15360, 1000000)"
    )
    parser.add_argument("--runs", type=int, default=3, help="the best of so many")
    options = parser.parse_args()
    kept = [measure(count, options.runs) for count in options.votes or list(GOALS)]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
