"""Time the mixed model with all its tests on 15,360 votes, and on larger studies.

The goal is that of the fit with its standard errors; beside it the whole report of the
model: three likelihood-ratio fits more. The votes are drawn from the model, seeded.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.mixed import mixed_report
from analysis.mixed.simulate import SimulatedDesign, simulate_votes
from script.bench_table import line

if TYPE_CHECKING:
    from analysis.votes import CodedVotes

GOAL = 3.0
RATES = (0.69, 0.73, 0.73, 0.91)


def design(clips: int, raters: int) -> SimulatedDesign:
    categories = tuple(f"Category {number}" for number in range(10))
    return SimulatedDesign(
        rates=(RATES,) * len(categories),
        categories=categories,
        methods=("Frame", "Seq", "Flow", "Real"),
        control="Real",
        clips_per_category=clips,
        votes_per_item=3,
        raters=raters,
        sd_worker=0.84,
        sd_video=0.52,
        sd_item=0.45,
    )


def main() -> int:
    """Measure; `bench_table.py` says what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="the best of so many")
    options = parser.parse_args()
    for clips, raters, goal in ((128, 200, GOAL), (833, 1300, None)):
        votes = simulate_votes(design(clips, raters), seed=1)
        for what, interaction, limit in (
            ("mixed model, test of systems", False, goal),
            ("mixed model, all tests", True, None),
        ):
            best = min(timed(votes, interaction) for _ in range(options.runs))
            print(line(f"{what}, {len(votes.vote):,} votes", best, "s", limit))
    return 0


def timed(votes: CodedVotes, interaction: bool) -> float:
    start = time.perf_counter()
    mixed_report(votes, interaction=interaction)
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
