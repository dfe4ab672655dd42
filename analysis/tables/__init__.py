"""The table of the paper: how often each system's clips are judged real."""

from analysis.tables.build import judged_real_table
from analysis.tables.completeness import Completeness, PlannedItems
from analysis.tables.record import Cell, JudgedRealTable
from analysis.tables.split import SplitTable, split_table
from analysis.votes.rounding import percent

__all__ = [
    "Cell",
    "Completeness",
    "JudgedRealTable",
    "PlannedItems",
    "SplitTable",
    "judged_real_table",
    "percent",
    "split_table",
]
