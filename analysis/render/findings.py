"""The sections that answer the study's question: comparisons, d', the mixed model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.render.blocks import Grid, Section
from analysis.render.quantities import (
    MISSING,
    figure,
    p_value,
    points,
    points_span,
)
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.contrasts import Contrast, ContrastReport, Equivalence
    from analysis.report import StudyReport

FAMILY_WORDS = {
    "generated": "generated systems, average",
    "generated-by-category": "generated systems, within categories",
    "real": "against the control, average",
    "real-by-category": "against the control, within categories",
    "baseline": "against the baseline, average",
}
INTERIM = (
    "Interim: the study is not closed. No test is made before it is; testing again and "
    "again as votes come in rejects true null hypotheses far more often than its level "
    "says. Only looks that were declared before launch are printed."
)
# rows of a family that are printed in full; of a longer one those below the level
MOST_ROWS = 12


def overview_section(report: StudyReport) -> Section:
    """Return the table as a picture."""
    figures = ("dots",) if report.table.votes else ()
    return Section("overview", "At a glance", figures=figures)


def comparisons_section(report: StudyReport) -> Section:
    """Return contrasts by family, equivalence, and the secondary tests."""
    found = report.contrasts
    if found is None:
        return Section("comparisons", "Comparisons", (INTERIM,))
    if not (found.contrasts or found.equivalences):
        return Section("comparisons", "Comparisons", found.notes)
    families = list(dict.fromkeys(each.family for each in found.contrasts))
    grids = [_family_grid(found, family) for family in families]
    paragraphs = [_declared(found), *_stopped(report)]
    paragraphs += [
        said for family in families if (said := _family_sentence(found, family))
    ]
    if found.equivalences:
        paragraphs.append(_equivalence_sentence(found))
        grids.append(_equivalence_grid(found.equivalences, found.comparisons.alpha))
    if found.majorities:
        grids.append(_majority_grid(found))
    paragraphs += [
        f"Cochran's Q over {len(each.methods)} systems ({', '.join(each.methods)}): "
        f"{figure(each.q)} on {each.df} degrees of freedom, p {p_value(each.p)}, "
        f"{counted(each.videos, 'clip')}; secondary, on majority labels."
        for each in found.cochran
    ]
    return Section(
        "comparisons",
        "Comparisons",
        (*paragraphs, *found.notes),
        tuple(grid for grid in grids if grid.rows),
        ("forest",),
    )


def _declared(found: ContrastReport) -> str:
    when = (
        "Declared before the first vote"
        if found.comparisons.declared
        else "Not declared before the first vote (defaults): read p values accordingly"
    )
    return (
        f"{when}. Level {found.comparisons.alpha:g}; p values are adjusted by Holm "
        "within each family. Within a category: exact sign-flip test of per-clip vote "
        "differences. Average: two-way clustered z (raters and clips), the sign-flip "
        "beside it, which decides where there is no clustered error."
    )


def _stopped(report: StudyReport) -> list[str]:
    """Say what ending by a look does to the comparisons that it was not about."""
    plan = report.record.comparisons.sequential
    if plan is None or not any(look.crossed for look in report.record.looks):
        return []
    return [
        (
            f"A declared look decided {plan.one} against {plan.other}, and the study "
            "may have ended by it. All other comparisons are tested once, on what was "
            "there then: where one goes together with the difference found, it errs "
            "more often than its level says."
        )
    ]


def _family_sentence(found: ContrastReport, family: str) -> str:
    """Return how many of a family differ: only a long one needs it said."""
    rows = _of(found.contrasts, family)
    if len(rows) <= MOST_ROWS:
        return ""
    significant = sum(each.significant for each in rows)
    low = sum(each.p is not None and each.p <= found.comparisons.alpha for each in rows)
    return (
        f"{FAMILY_WORDS[family][:1].upper()}{FAMILY_WORDS[family][1:]}: {significant} "
        f"of {len(rows)} differ after Holm's adjustment, {low} before it; all are in "
        "contrasts.csv."
    )


def _of(contrasts: Iterable[Contrast], family: str) -> list[Contrast]:
    return [each for each in contrasts if each.family == family]


def _family_grid(found: ContrastReport, family: str) -> Grid:
    alpha = found.comparisons.alpha
    rows = _of(found.contrasts, family)
    in_part = len(rows) > MOST_ROWS
    if in_part:
        rows = [each for each in rows if each.p is not None and each.p <= alpha]
    level = 100 * (1 - alpha)
    return Grid(
        label=f"contrasts-{family}",
        caption=f"Differences in percentage points: {FAMILY_WORDS[family]}. "
        "Interval: two-way clustered. p (z): two-way clustered; p (flip): exact "
        "sign-flip; p (Holm): adjusted within this family."
        + (" Only those with p of at most the level." if in_part else ""),
        head=(
            "Row",
            "Comparison",
            "Difference",
            f"{level:g}% interval",
            "p (z)",
            "p (flip)",
            "p (Holm)",
            "",
        ),
        rows=tuple(_contrast_row(each) for each in rows),
        numeric=2,
        in_paper=(0, 1, 2, 3, 4, 5, 6),
    )


def _contrast_row(each: Contrast) -> tuple[str, ...]:
    verdict = "differs" if each.significant else ""
    return (
        each.row,
        f"{each.one} {MISSING} {each.other}",
        points(each.difference),
        points_span(each.low, each.high),
        p_value(each.p_clustered),
        p_value(each.p_signflip),
        p_value(each.p_holm),
        "; ".join(filter(None, (verdict, each.note))),
    )


def _equivalence_sentence(found: ContrastReport) -> str:
    first = found.equivalences[0]
    held = sum(each.equivalent for each in found.equivalences)
    return (
        f"Equivalent to {first.control} within {points(first.margin)[1:]} percentage "
        f"points: {held} of {len(found.equivalences)} (the average and every category; "
        "all are in equivalence.csv). A difference that is not significant is no "
        "equivalence."
    )


def _equivalence_grid(tests: Sequence[Equivalence], alpha: float) -> Grid:
    first = tests[0]
    # the average of every system, and whatever holds
    shown = [each for each in tests if each.row == first.row or each.equivalent]
    return Grid(
        label="equivalence",
        caption=f"Equivalence to {first.control} within {points(first.margin)[1:]} "
        "percentage points: two one-sided tests.",
        head=(
            "Row",
            "System",
            "Difference",
            f"{100 * (1 - 2 * alpha):g}% interval",
            "p",
            "",
        ),
        rows=tuple(
            (
                each.row,
                each.method,
                points(each.difference),
                points_span(each.low, each.high),
                p_value(each.p),
                "equivalent"
                if each.equivalent
                else ("not inferior" if each.non_inferior else ""),
            )
            for each in shown
        ),
        numeric=2,
        in_paper=(0, 1, 2, 3, 4, 5),
    )


def _majority_grid(found: ContrastReport) -> Grid:
    return Grid(
        label="majority",
        caption="Secondary: McNemar's exact test on the clips' majority labels, which "
        "throws votes away.",
        head=(
            "Comparison",
            "Clips",
            "Only first real",
            "Only second real",
            "p",
            "Holm",
        ),
        rows=tuple(
            (
                f"{each.one} {MISSING} {each.other}",
                f"{each.videos:,}",
                str(each.table[1][0]),
                str(each.table[0][1]),
                p_value(each.exact_p),
                p_value(each.p_holm),
            )
            for each in found.majorities
        ),
    )
