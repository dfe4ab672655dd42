"""Which votes of a frame count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.votes.frame import VotesError

if TYPE_CHECKING:
    import pandas as pd

_COUNTS, _LEFT_OUT = ("1", "True"), ("0", "False")


def used_votes(votes: pd.DataFrame) -> pd.DataFrame:
    """Return the votes whose column ``used`` is 1; all, where there is no such column.

    Raises VotesError, naming the value, for any other than 1 and 0.
    """
    if "used" not in votes or votes.empty:
        return votes
    used = votes["used"].astype(str).str.strip()
    if strange := sorted(set(used.unique()) - {*_COUNTS, *_LEFT_OUT}):
        message = f"used is {strange[0]!r}: write 1 (the vote counts) or 0"
        raise VotesError("votes", [message])
    return votes[used.isin(_COUNTS).to_numpy()]
