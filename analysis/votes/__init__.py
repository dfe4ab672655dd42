"""The votes frame: what every analysis starts from."""

from analysis.votes.coding import CodedVotes, encode_votes
from analysis.votes.frame import COLUMNS, VotesError, check_votes
from analysis.votes.reading import read_votes
from analysis.votes.words import counted

__all__ = [
    "COLUMNS",
    "CodedVotes",
    "VotesError",
    "check_votes",
    "counted",
    "encode_votes",
    "read_votes",
]
