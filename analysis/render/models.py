"""The sections of what was declared to be looked at early, and of the mixed model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.render.blocks import Grid, Section
from analysis.render.quantities import figure, p_value, points
from analysis.sequential import sequential_summary
from analysis.votes import counted

if TYPE_CHECKING:
    from analysis.report import StudyReport


def mixed_section(report: StudyReport) -> Section:
    """Return the mixed model: coefficients, components, likelihood-ratio tests."""
    found = report.mixed
    if found is None:
        return Section("mixed", "Mixed model")
    fit = found.fit
    if fit is None:
        return Section("mixed", "Mixed model", found.notes)
    spreads = [
        f"raters {figure(fit.sd_worker)}",
        f"source clips {figure(fit.sd_video)}",
    ]
    if fit.sd_item is not None:
        spreads.append(f"items {figure(fit.sd_item)}")
    paragraphs = [
        (
            "Logistic mixed model with crossed effects of rater, source clip and item "
            f"(Laplace), {counted(fit.votes, 'vote')}, log-likelihood "
            f"{figure(fit.loglik, 3)}. Standard deviations on the logit: "
            f"{', '.join(spreads)}. Coefficients hold within a rater and a clip: they "
            "are larger than the percentages' logits and do not convert to them."
        ),
        *(
            f"Likelihood-ratio test of {each.name}: {figure(each.statistic, 2)} on "
            f"{each.df} degrees of freedom, p {p_value(each.p)}."
            for each in found.tests
        ),
    ]
    if fit.note:
        paragraphs.append(fit.note)
    grid = Grid(
        label="mixed",
        caption="Fixed effects of the mixed model, logits.",
        head=("Effect", "Estimate", "Standard error"),
        rows=tuple(
            (name, figure(beta), figure(se))
            for name, beta, se in zip(fit.names, fit.beta, fit.se, strict=True)
        ),
        in_paper=(0, 1, 2),
    )
    return Section("mixed", "Mixed model", (*paragraphs, *found.notes), (grid,))


def looks_section(report: StudyReport) -> Section:
    """Return the looks that were declared, with what came of each."""
    plan = report.record.comparisons.sequential
    if plan is None:
        return Section("looks", "Declared looks")
    paragraph = sequential_summary(plan, report.record.looks)
    grid = Grid(
        label="looks",
        caption="Looks taken, as logged.",
        head=("Look", "Clips", "Votes", "Difference", "Statistic", "Bound", ""),
        rows=tuple(
            (
                str(look.number),
                f"{look.videos:,}",
                f"{look.votes:,}",
                points(look.difference),
                figure(None if look.note else look.statistic),
                figure(look.bound),
                "untested" if look.note else "crossed" if look.crossed else "",
            )
            for look in report.record.looks
        ),
        in_paper=(0, 1, 2, 3, 4, 5, 6),
    )
    grids = (grid,) if grid.rows else ()
    return Section("looks", "Declared looks", (paragraph,), grids)
