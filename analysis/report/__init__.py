"""A study's results, put together once for every format."""

from analysis.report.build import canonical, study_report
from analysis.report.methods import FACTS
from analysis.report.options import EXCLUSIONS, Exclusions, ReportOptions
from analysis.report.pairs import pairs_methods, pairs_provenance
from analysis.report.provenance import votes_sha256
from analysis.report.record import DAGGER, DOUBLE_DAGGER, StudyReport
from analysis.report.table2 import (
    PaperCell,
    PaperComparison,
    compare_with_paper,
    paper_slips,
)

__all__ = [
    "DAGGER",
    "DOUBLE_DAGGER",
    "EXCLUSIONS",
    "FACTS",
    "Exclusions",
    "PaperCell",
    "PaperComparison",
    "ReportOptions",
    "StudyReport",
    "canonical",
    "compare_with_paper",
    "pairs_methods",
    "pairs_provenance",
    "paper_slips",
    "study_report",
    "votes_sha256",
]
