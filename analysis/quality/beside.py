"""What stands beside the votes: times of answers, and raters' sessions."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from analysis.quality.peers import Floats
    from analysis.votes import CodedVotes
    from analysis.votes.frame import Ints


class Times(NamedTuple):
    """Answers with a known time and their median, (worker,), and all times sorted."""

    answers: Ints
    median: Floats
    seconds: tuple[float, ...]


class Sessions(NamedTuple):
    """Sums over a rater's sessions, (worker,); NaN where unknown."""

    catch_right: Floats
    catch_asked: Floats
    minutes: Floats


def answer_times(votes: CodedVotes, frame: pd.DataFrame | None) -> Times:
    """Return the times in the frame's ``seconds``, one row a vote; blanks are unknown.

    Raises ValueError for a frame of other rows and for times that are no numbers or
    below zero.
    """
    nothing = np.zeros(votes.workers, np.int64)
    unknown = np.full(votes.workers, np.nan)
    if frame is None:
        return Times(nothing, unknown, ())
    if len(frame) != len(votes.vote):
        message = (
            f"the frame has {len(frame):,} rows for {len(votes.vote):,} votes: give "
            "the frame the votes were coded from"
        )
        raise ValueError(message)
    if "seconds" not in frame.columns:
        return Times(nothing, unknown, ())
    seconds = numbers(frame["seconds"])
    known = np.isfinite(seconds)
    seconds, worker = seconds[known], votes.worker[known]
    if (seconds < 0).any():
        message = f"seconds is {seconds.min()}: an answer takes no less than 0"
        raise ValueError(message)
    medians = pd.Series(seconds).groupby(worker).median()
    unknown[medians.index.to_numpy()] = medians.to_numpy()
    answers = np.bincount(worker, minlength=votes.workers)
    return Times(answers, unknown, tuple(np.sort(seconds).tolist()))


def numbers(values: pd.Series) -> Floats:
    """Return a column's numbers, NaN for blanks; a file's columns are words."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values.to_numpy(np.float64, na_value=np.nan)
    codes, levels = pd.factorize(values)
    known = [_number(str(level), values.name) for level in levels]
    numbers: Floats = np.array([*known, math.nan])[codes]
    return numbers


def _number(word: str, column: object) -> float:
    try:
        return float(word) if word.strip() else math.nan
    except ValueError as error:
        message = f"{column} is {word!r}: write a number or nothing"
        raise ValueError(message) from error


def rater_sessions(votes: CodedVotes, sessions: pd.DataFrame | None) -> Sessions:
    """Return each rater's sums over a frame of sessions.

    Columns: worker_id and any of catch_right, catch_asked, minutes. Sessions of others
    than the votes' raters are passed over. Raises ValueError without worker_id and for
    what is no number.
    """
    if sessions is None:
        unknown = np.full(votes.workers, np.nan)
        return Sessions(unknown, unknown, unknown)
    if "worker_id" not in sessions.columns:
        found = ", ".join(map(str, sessions.columns))
        message = f"sessions have no column worker_id; found: {found}"
        raise ValueError(message)
    names = sessions["worker_id"].astype(str)

    def total(column: str) -> Floats:
        if column not in sessions.columns:
            return np.full(votes.workers, np.nan)
        values = pd.Series(numbers(sessions[column]))
        sums = values.groupby(names.to_numpy()).sum(min_count=1)
        return np.asarray(sums.reindex(list(votes.worker_names)), np.float64)

    return Sessions(total("catch_right"), total("catch_asked"), total("minutes"))
