"""Time the report after the fetch: votes in memory, then the table, then its text.

Prints seconds against the budgets (0.5 s for 15,360 votes, 5 s for 1,000,000) and how
much longer the plain way takes in the same run: a groupby on strings for the cells
and a loop over the rows for the clustered variance. The votes are made up, seeded.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.render import render
from analysis.tables import JudgedRealTable, judged_real_table
from analysis.votes.frame import IDS

BUDGETS = {15_360: 0.5, 1_000_000: 5.0}
METHODS = ("Frame", "Seq", "Flow", "Real")
RATES = (0.69, 0.73, 0.73, 0.91)
SEATS = 3

# share and variance of each (category, method)
Figures = dict[tuple[str, str], tuple[float, float]]


def made_up_votes(votes: int, *, seed: int = 1) -> pd.DataFrame:
    """Return so many votes in random order: 10 categories, 4 methods, 3 an item."""
    rng = np.random.default_rng(seed)
    per_video = len(METHODS) * SEATS
    videos = -(-votes // per_video)
    raters = max(200, videos // 7)
    video = np.repeat(np.arange(videos), per_video)
    method = np.tile(np.repeat(np.arange(len(METHODS)), SEATS), videos)
    # a rater meets a video once: twelve seats a video, seven raters apart
    first = np.repeat(rng.integers(0, raters, videos), per_video)
    rater = (first + np.tile(np.arange(per_video), videos) * 7) % raters
    frame = pd.DataFrame(
        {
            "item_id": [f"{v:06}-{m}" for v, m in zip(video, method, strict=True)],
            "category": [f"Category {v % 10}" for v in video],
            "method": [METHODS[m] for m in method],
            "source_video": [f"video {v:06}" for v in video],
            "worker_id": [f"rater {r:05}" for r in rater],
            "vote": (rng.random(len(video)) < np.array(RATES)[method]).astype(int),
        }
    )
    order = rng.permutation(len(frame))[:votes]
    return frame.iloc[order].reset_index(drop=True)


def plain_way(votes: pd.DataFrame) -> Figures:
    """Return share and two-way clustered variance of each cell, row by row."""
    shares = votes.groupby(["category", "method"])["vote"].agg(["mean", "count"])
    cells = {key: (row["mean"], row["count"]) for key, row in shares.iterrows()}
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    for row in votes.itertuples(index=False):
        cell = (row.category, row.method)
        share, count = cells[cell]
        residual = (row.vote - share) / count
        sums["video", *cell, row.source_video] += residual
        sums["rater", *cell, row.worker_id] += residual
        sums["pair", *cell, row.source_video, row.worker_id] += residual
    parts: dict[tuple[str, ...], float] = defaultdict(float)
    for (kind, category, method, *_), value in sums.items():
        parts[kind, category, method] += value * value
    variances = {}
    for cell, (share, _) in cells.items():
        video, rater, pair = (parts[k, *cell] for k in ("video", "rater", "pair"))
        variances[cell] = share, max(video + rater - pair, video, rater)
    return variances


def same(
    table: JudgedRealTable, plain: dict[tuple[str, str], tuple[float, float]]
) -> bool:
    """Return whether both ways agree to nine digits."""
    figures = [(cell, plain[cell.category, cell.method]) for cell in table.cells[:-4]]
    return all(
        np.isclose(float(cell.rate or 0), share, rtol=1e-9)
        and np.isclose((cell.se_twoway or 0) ** 2, variance, rtol=1e-9)
        for cell, (share, variance) in figures
    )


def report_seconds(votes: pd.DataFrame, runs: int) -> tuple[float, JudgedRealTable]:
    """Return the best time from the votes in memory to the text, and the table."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        table = judged_real_table(votes)
        render(table, "text")
        seconds.append(time.perf_counter() - start)
    return min(seconds), table


def measure(count: int, runs: int) -> bool:
    """Print one line for so many votes; return whether the budget is kept."""
    votes = made_up_votes(count)
    best, table = report_seconds(votes, runs)
    coded, _ = report_seconds(votes.astype(dict.fromkeys(IDS, "category")), runs)
    start = time.perf_counter()
    plain = plain_way(votes)
    slow = time.perf_counter() - start
    budget = BUDGETS.get(count)
    goal = "" if budget is None else f" (goal {budget:g} s)"
    agree = "same figures" if same(table, plain) else "OTHER FIGURES"
    print(
        f"report on {count:,} votes: {best:.3f} s{goal}, "
        f"{coded:.3f} s on categoricals; plain way {slow:.2f} s = "
        f"{slow / best:.1f} x and {slow / coded:.1f} x, {agree}"
    )
    return budget is None or best <= budget


def main() -> int:
    """Measure and return 1 when a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--votes", type=int, action="append", help="how many (default: 15360, 1000000)"
    )
    parser.add_argument("--runs", type=int, default=3, help="the best of so many")
    options = parser.parse_args()
    counts = options.votes or list(BUDGETS)
    kept = [measure(count, options.runs) for count in counts]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
