"""The figures of a report as SVG and PDF, the same bytes for the same votes."""

from analysis.figures.agreement import agreement_plot
from analysis.figures.collection import figures
from analysis.figures.dots import dot_plot
from analysis.figures.dprime import dprime_map
from analysis.figures.figure import Figure, no_data
from analysis.figures.fooled import fooled_plot
from analysis.figures.forest import forest_plot
from analysis.figures.funnel import rater_funnel, short_name
from analysis.figures.pairs import pairs_figures
from analysis.figures.palette import Style, Styles, system_styles
from analysis.figures.patterns import vote_patterns
from analysis.figures.raters import rater_ranks
from analysis.figures.strengths import strengths_plot
from analysis.figures.work_time import time_histogram

__all__ = [
    "Figure",
    "Style",
    "Styles",
    "agreement_plot",
    "dot_plot",
    "dprime_map",
    "figures",
    "fooled_plot",
    "forest_plot",
    "no_data",
    "pairs_figures",
    "rater_funnel",
    "rater_ranks",
    "short_name",
    "strengths_plot",
    "system_styles",
    "time_histogram",
    "vote_patterns",
]
