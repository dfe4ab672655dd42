"""Time the report after the fetch: votes in memory, then all that is made of them.

Prints seconds against the budgets (0.5 s for 15,360 votes, 5 s for 1,000,000) for the
full report without the mixed model: table, comparisons, d', agreement, raters, and
every file of `--out`, figures as well. Beside them the table alone, and how much longer
than that the plain way takes in the same run: a groupby on strings for the cells and a
loop over the rows for the clustered variance. Then the memory that `python -m analysis`
takes on a CSV of 1,000,000 votes. The votes are made up, seeded.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.render import render, study_files
from analysis.report import study_report
from analysis.tables import JudgedRealTable, judged_real_table
from script.bench_table import line

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
T = TypeVar("T")
MANY = 1_000_000
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


def best_of(runs: int, work: Callable[[], T]) -> tuple[float, T]:
    """Return the best time of several runs, in seconds, and what the last one gave."""
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        made = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), made


def table_of(votes: pd.DataFrame) -> JudgedRealTable:
    table = judged_real_table(votes)
    render(table, "text")
    return table


def measure(count: int, runs: int) -> None:
    """Print the figures for so many votes."""
    votes = made_up_votes(count)
    goal = BUDGETS.get(count)
    full, _ = best_of(runs, lambda: study_files(study_report(votes)))
    print(line(f"full report, all files, {count:,} votes", full, "s", goal))
    quick, table = best_of(runs, lambda: table_of(votes))
    print(line(f"table alone, {count:,} votes", quick, "s", None))
    slow, plain = best_of(1, lambda: plain_way(votes))
    agree = "same figures" if same(table, plain) else "OTHER FIGURES"
    print(
        line(f"plain way to that table's cells ({agree})", slow, "s", None)
        + f"      {slow / quick:.1f} x"
    )


def memory() -> None:
    """Print the most memory that the command takes on a file of a million votes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "votes.csv"
        made_up_votes(MANY).to_csv(path, index=False)
        command = [sys.executable, "-m", "analysis", str(path), "--out", folder]
        subprocess.run(
            [*command, "--no-mixed"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    what = f"python -m analysis on a CSV of {MANY:,} votes"
    print(line(what, used, "MiB", 2048))


def main() -> int:
    """Measure; `bench_table.py` says what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--votes", type=int, action="append", help="how many (default: 15360, 1000000)"
    )
    parser.add_argument("--runs", type=int, default=3, help="the best of so many")
    options = parser.parse_args()
    for count in options.votes or list(BUDGETS):
        measure(count, options.runs)
    if not options.votes:
        memory()
    return 0


if __name__ == "__main__":
    sys.exit(main())
