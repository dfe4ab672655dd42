"""The sections behind the numbers: agreement, raters, exclusions, methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.render.blocks import Grid, Section
from analysis.render.quantities import MISSING, figure, points, share, span
from analysis.votes import counted

if TYPE_CHECKING:
    from analysis.agreement import Agreement
    from analysis.report import PaperComparison, StudyReport

MOST_RATERS = 12


def agreement_section(report: StudyReport) -> Section:
    """Return three coefficients of agreement, never one alone, and vote patterns."""
    if not any(each.pairwise is not None for each in report.agreements):
        return Section("agreement", "Agreement of raters")
    paragraph = (
        "Where nearly all votes are alike, alpha and kappa are near 0 although raters "
        "agree: read the raw agreement and AC1 beside them. Intervals: bootstrap over "
        "items."
    )
    return Section(
        "agreement",
        "Agreement of raters",
        (paragraph,),
        (_agreement_grid(report.agreements), _pattern_grid(report)),
        ("patterns", "agreement"),
    )


def _agreement_grid(rows: tuple[Agreement, ...]) -> Grid:
    return Grid(
        label="agreement",
        caption="Agreement of the raters of an item: share of pairs alike, Gwet's AC1, "
        "Krippendorff's alpha, Fleiss' kappa.",
        head=(
            "Votes on",
            "Items",
            "Alike",
            "AC1",
            "Interval",
            "Alpha",
            "Interval",
            "Kappa",
        ),
        rows=tuple(
            (
                each.name if each.scope != "all" else "All",
                f"{each.items:,}",
                f"{share(each.pairwise, 1)}%" if each.pairwise is not None else MISSING,
                figure(each.ac1),
                span(each.ac1_low, each.ac1_high),
                figure(each.alpha),
                span(each.alpha_low, each.alpha_high),
                figure(each.fleiss),
            )
            for each in rows
        ),
        in_paper=(0, 1, 2, 3, 4, 5, 6),
        ruled=frozenset(
            number
            for number in range(1, len(rows))
            if rows[number].scope != rows[number - 1].scope
        ),
    )


def _pattern_grid(report: StudyReport) -> Grid:
    most = max((len(each.counts) for each in report.patterns), default=0)
    return Grid(
        label="patterns",
        caption="Items by how many of their votes are real.",
        head=("System", *(f"{number} real" for number in range(most))),
        rows=tuple(
            (
                each.method,
                *(f"{count:,}" for count in each.counts),
                *("" for _ in range(most - len(each.counts))),
            )
            for each in report.patterns
        ),
    )


def raters_section(report: StudyReport) -> Section:
    """Return who a person may want to look at, and how much one rater can shift."""
    quality = report.quality
    if not quality.raters:
        return Section("raters", "Raters")
    odd = [each for each in quality.raters if each.odd]
    odd.sort(key=lambda each: (-len(each.odd), -each.votes, each.worker))
    paragraphs = [
        (
            f"{counted(len(odd), 'rater')} of {len(quality.raters):,} "
            f"{'stands' if len(odd) == 1 else 'stand'} out in one way or more. "
            "That is no ground to leave them out: rules for that are fixed before the "
            "first vote, on material outside the table."
        )
    ]
    grids = []
    # without one rater, some are left
    if quality.sensitivity:
        sensitivity = Grid(
            label="sensitivity",
            caption="One rater left out at a time: each average's largest shift.",
            head=("System", "Average", "Without one", "Shift", "Rater"),
            rows=tuple(
                (
                    each.method,
                    share(each.average),
                    share(each.shifted),
                    points(each.shift),
                    each.worker[:12],
                )
                for each in quality.sensitivity
            ),
        )
        grids.append(sensitivity)
    if odd:
        more = len(odd) - MOST_RATERS
        tail = f" The first {MOST_RATERS}; all are in raters.csv." if more > 0 else ""
        grids.append(
            Grid(
                label="odd-raters",
                caption=f"Raters that stand out.{tail}",
                head=("Rater", "Votes", "Real", "Agreement", "What stands out"),
                rows=tuple(
                    (
                        each.worker[:12],
                        f"{each.votes:,}",
                        f"{share(each.rate, 1)}%",
                        ""
                        if each.agreement is None
                        else f"{share(each.agreement, 1)}%",
                        "; ".join(each.odd),
                    )
                    for each in odd[:MOST_RATERS]
                ),
                numeric=1,
            )
        )
    return Section(
        "raters",
        "Raters",
        tuple(paragraphs),
        tuple(grids),
        ("time", "raters", "funnel"),
    )


def diagnostics_section(report: StudyReport) -> Section:
    """Return the checks of the study's bookkeeping."""
    words = {True: "yes", False: "NO", None: MISSING}
    rows = tuple(
        (each.name, words[each.ok], each.text) for each in report.quality.diagnostics
    )
    grid = Grid(
        "diagnostics",
        "Is the study what was planned? A check that is a test fails below p .001.",
        ("Check", "Holds", ""),
        rows,
        3,
    )
    return Section("diagnostics", "Diagnostics", (), (grid,) if rows else ())


def paper_section(report: StudyReport) -> Section:
    """Return Table 2 of the paper beside the study, its slips first."""
    paper = report.paper
    if paper is None:
        return Section("paper", "Beside the paper's Table 2")
    paragraphs = [*paper.slips]
    if paper.missing:
        paragraphs.append(f"Not in this study: {', '.join(paper.missing)}.")
    paragraphs.append(
        "The paper gives no votes, only counts: nothing can be tested against it. "
        "Inside: this study's interval holds the paper's figure."
    )
    grid = _paper_grid(paper)
    return Section(
        "paper",
        "Beside the paper's Table 2",
        tuple(paragraphs),
        (grid,) if grid.rows else (),
    )


def _paper_grid(paper: PaperComparison) -> Grid:
    words = {True: "inside", False: "outside", None: ""}
    return Grid(
        label="paper",
        caption="Visual to Sound (CVPR 2018), Table 2, beside this study.",
        head=("Category", "System", "Paper", "This study", "Difference", ""),
        rows=tuple(
            (
                each.row,
                each.method,
                each.paper
                + (f" (printed {each.printed})" if each.printed != each.paper else ""),
                each.study or MISSING,
                each.difference or MISSING,
                words[each.inside],
            )
            for each in paper.cells
        ),
        numeric=2,
    )


def methods_section(report: StudyReport) -> Section:
    """Return the methods paragraph."""
    return Section("methods", "Methods", (report.methods,))


def provenance_section(report: StudyReport) -> Section:
    """Return what was declared, and what the report hangs on."""
    declared = tuple(
        (str(name), str(value)) for name, value in report.record.declared.items()
    )
    origin = tuple((name, value) for name, value in report.provenance.items())
    grids = [Grid("provenance", "What this report hangs on.", ("", "Value"), origin, 2)]
    if declared:
        grids.insert(
            0,
            Grid(
                "declared", "Fixed before the first vote.", ("", "Value"), declared, 2
            ),
        )
    return Section("provenance", "Provenance", (), tuple(grids))
