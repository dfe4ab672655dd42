"""The votes frame: what every analysis starts from."""

from analysis.votes.coding import CodedVotes, encode_votes
from analysis.votes.frame import COLUMNS, VotesError, check_votes
from analysis.votes.mturk_batch import BatchOptions, ReadVotes, read_votes_or_batch
from analysis.votes.mturk_columns import parse_columns
from analysis.votes.reading import read_votes
from analysis.votes.used import used_votes
from analysis.votes.words import counted

__all__ = [
    "COLUMNS",
    "BatchOptions",
    "CodedVotes",
    "ReadVotes",
    "VotesError",
    "check_votes",
    "counted",
    "encode_votes",
    "parse_columns",
    "read_votes",
    "read_votes_or_batch",
    "used_votes",
]
