"""Simulated votes with their places in sessions and hours, for the tests of drift."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.mixed import SimulatedDesign, simulate_votes
from analysis.quality.drift import drift

if TYPE_CHECKING:
    from analysis.quality import Diagnostic
    from analysis.votes import CodedVotes

WITHIN, ORDER, DAY = "drift within sessions", "order of systems", "time of day"
DESIGN = SimulatedDesign(
    rates=((0.65, 0.7, 0.9),) * 3,
    categories=("Dog", "Drum", "Rain"),
    methods=("Frame", "Flow", "Real"),
    control="Real",
    clips_per_category=20,
    votes_per_item=3,
    raters=60,
    cap=20,
    sd_worker=0.8,
    sd_video=0.6,
    sd_item=0.5,
    activity=0.5,
)


def study(seed: int) -> tuple[CodedVotes, pd.DataFrame]:
    """Return 540 votes; each rater's in one session, in a random order and hour."""
    random = np.random.default_rng(seed)
    votes = simulate_votes(DESIGN, seed=random)
    turn = pd.Series(random.permutation(len(votes.vote)))
    hours = random.integers(0, 24, votes.workers)
    course = pd.DataFrame(
        {
            "session_id": votes.worker + 100,
            "position": turn.groupby(votes.worker).rank().astype("Int64"),
            "hour": hours[votes.worker],
        }
    )
    return votes, course


def checks(votes: CodedVotes, course: pd.DataFrame) -> dict[str, Diagnostic]:
    return {check.name: check for check in drift(votes, course)}
