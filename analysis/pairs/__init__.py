"""Studies that show two clips of one source video and ask which is real."""

from analysis.pairs.coding import PairVotes, encode_pairs
from analysis.pairs.digest import answers_sha256
from analysis.pairs.frame import PAIR_COLUMNS
from analysis.pairs.reading import holds_pairs, names_pairs, parse_pairs, read_pairs
from analysis.pairs.report import PairsReport, QuestionReport, pairs_report
from analysis.pairs.shares import (
    PairShare,
    SideBalance,
    Sides,
    preferences,
    side_balance,
    two_afc,
)
from analysis.pairs.strengths import (
    BradleyTerry,
    Strength,
    bradley_terry,
    fit_strengths,
)

__all__ = [
    "PAIR_COLUMNS",
    "BradleyTerry",
    "PairShare",
    "PairVotes",
    "PairsReport",
    "QuestionReport",
    "SideBalance",
    "Sides",
    "Strength",
    "answers_sha256",
    "bradley_terry",
    "encode_pairs",
    "fit_strengths",
    "holds_pairs",
    "names_pairs",
    "pairs_report",
    "parse_pairs",
    "preferences",
    "read_pairs",
    "side_balance",
    "two_afc",
]
