"""All the figures of a report, in the order of its sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.figures.agreement import agreement_plot
from analysis.figures.dots import dot_plot
from analysis.figures.dprime import dprime_map
from analysis.figures.forest import forest_plot
from analysis.figures.funnel import rater_funnel
from analysis.figures.palette import system_styles
from analysis.figures.patterns import vote_patterns
from analysis.figures.raters import rater_ranks
from analysis.figures.work_time import time_histogram

if TYPE_CHECKING:
    from analysis.figures.figure import Figure
    from analysis.report import StudyReport


def figures(
    report: StudyReport, *, minimum_minutes: float | None = None
) -> tuple[Figure, ...]:
    """Return the figures of a report, each system with one sign in all of them.

    The report's label stands over every figure. The forest plot is left out while
    there are no tests, the histogram where no session has a time; others say what they
    lack. ``minimum_minutes`` is the shortest session that the study counts.
    """
    table = report.table
    styles = system_styles(table.methods, table.control)
    cap = report.record.max_votes_per_rater
    drawn = [dot_plot(table, styles=styles)]
    if report.contrasts is not None:
        drawn.append(forest_plot(report.contrasts, styles=styles))
    drawn.append(dprime_map(report.detections, styles=styles))
    drawn.append(vote_patterns(report.patterns, styles=styles))
    drawn.append(agreement_plot(report.agreements))
    drawn.append(rater_ranks(report.quality.raters, cap=cap))
    spread = report.quality.rate_spread
    drawn.append(rater_funnel(report.quality.raters, spread=spread))
    if report.minutes:
        drawn.append(time_histogram(report.minutes, minimum=minimum_minutes))
    return tuple(figure.labelled(report.record.label) for figure in drawn)
