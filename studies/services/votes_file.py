"""Reading a table of votes made elsewhere, as far as the tables here can hold it."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from analysis.votes import (
    BatchOptions,
    ReadVotes,
    VotesError,
    counted,
    read_votes_or_batch,
    used_votes,
)
from studies.errors import FaultsError, StudyError

COLUMNS = ["item_id", "category", "method", "source_video", "worker_id", "vote"]
SHOWN_FAULTS = 20
# what the tables can hold, in characters
LIMITS = {
    "item_id": 64,
    "category": 200,
    "method": 200,
    "source_video": 200,
    "worker_id": 64,
}
MOST_VOTES_OF_A_WORKER = 32_767


def read_file(file: Path, options: BatchOptions | None = None) -> ReadVotes:
    """Return the six columns of the votes in `file`, in its order, and notes on them.

    Votes whose ``used`` is 0 are left out: no rule here could count them again. The
    file is a votes CSV or the results of an MTurk batch, read under `options`.
    Raises FaultsError, or StudyError for a single fault, naming file and values.
    """
    try:
        read = read_votes_or_batch(file, options)
        used = used_votes(read.votes)
    except VotesError as error:
        if error.total == 1:
            raise StudyError(str(error)) from error
        summary, *faults = str(error).splitlines()
        raise FaultsError(summary, [fault.strip() for fault in faults]) from error
    if used.empty:
        why = "".join(f"; {note}" for note in read.notes[1:])
        raise StudyError(f"{file}: there is no vote below the header{why}")
    notes = read.notes
    if left_out := len(read.votes) - len(used):
        notes += (f"{counted(left_out, 'vote')} with used 0 left out",)
    votes = used[COLUMNS].reset_index(drop=True)
    faults = [*_too_long(votes), *_in_two_categories(votes)]
    if faults:
        more = len(faults) - SHOWN_FAULTS
        told = faults[:SHOWN_FAULTS] + ([f"and {more} more"] if more > 0 else [])
        raise FaultsError(f"{file}: these votes cannot be stored", told)
    return ReadVotes(votes, notes)


def _too_long(votes: pd.DataFrame) -> Iterator[str]:
    for column, limit in LIMITS.items():
        for value in votes[column].astype(str).unique():
            if len(value) > limit:
                yield (
                    f"{column} {value[:40]!r}... has {len(value)} characters: "
                    f"shorten it to {limit}"
                )
    for worker, count in votes["worker_id"].astype(str).value_counts().items():
        if count > MOST_VOTES_OF_A_WORKER:
            yield (
                f"worker {worker} has {count} votes: one worker may have "
                f"{MOST_VOTES_OF_A_WORKER}"
            )


def _in_two_categories(votes: pd.DataFrame) -> Iterator[str]:
    pairs = votes[["source_video", "category"]].astype(str).drop_duplicates()
    for video, rows in pairs.groupby("source_video", sort=False):
        if len(rows) > 1:
            names = ", ".join(rows["category"])
            yield f"source_video {video} stands in several categories: {names}"


def digest_of(votes: pd.DataFrame) -> str:
    """Return the SHA-256 of the votes as read: compression makes no difference."""
    return hashlib.sha256(votes.to_csv(index=False).encode()).hexdigest()
