"""The figures of a study of pairs: who is taken for real, and how strong each is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.figures.fooled import fooled_plot
from analysis.figures.palette import system_styles
from analysis.figures.strengths import strengths_plot

if TYPE_CHECKING:
    from analysis.figures.figure import Figure
    from analysis.pairs import PairsReport


def pairs_figures(report: PairsReport, *, label: str = "") -> tuple[Figure, ...]:
    """Return the figures of every question, named fooled, strengths, fooled-2 ...

    What a question was not asked about is left out: a control, or several methods.
    Each method has one sign in all; ``label`` stands over every figure.
    """
    styles = system_styles(report.methods, report.control)
    drawn = []
    for number, part in enumerate(report.questions):
        tail = f"-{number + 1}" if number else ""
        if part.found:
            name = f"fooled{tail}"
            drawn.append(
                fooled_plot(part.found, name=name, alpha=report.alpha, styles=styles)
            )
        if part.strengths is not None:
            name = f"strengths{tail}"
            drawn.append(
                strengths_plot(
                    part.strengths, name=name, alpha=report.alpha, styles=styles
                )
            )
    return tuple(figure.labelled(label) for figure in drawn)
