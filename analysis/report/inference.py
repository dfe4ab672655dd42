"""What the methods paragraph says of intervals and tests: those that were used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.contrasts import CLUSTERED, LOOKS
from analysis.intervals import DEGENERATE, FEW, FEW_CLUSTERS, method_name
from analysis.sequential.summary import NAMES as PLAN_NAMES
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.contrasts import ContrastReport
    from analysis.intervals import Kind
    from analysis.study import SequentialPlan, StudyRecord
    from analysis.tables import Cell, JudgedRealTable

# more shares than these are told by their number
MOST_NAMED = 6

FEW_WORDS = (
    f"fewer than {FEW} raters or source clips (in an average less one clip for each "
    "category after the first)"
)


def interval_sentences(table: JudgedRealTable) -> list[str]:
    """Return what the figures are, and which intervals the table's shares have.

    Where others stand in for the usual ones: of which shares, and why.
    """
    figures = (
        "Figures are pooled shares of votes judged real; the average is the mean of "
        "the categories' unrounded shares."
    )
    level = f"Intervals ({100 * (1 - table.alpha):g}%): "
    usual = method_name(table.kind)
    found: dict[str, list[Cell]] = {}
    for cell in table.cells:
        if cell.interval is not None:
            found.setdefault(cell.interval.method, []).append(cell)
    others = {kind: cells for kind, cells in found.items() if kind != usual}
    if found and usual not in found:
        if len(others) == 1:
            (kind,) = others
            name, why = _substitute(kind, table.kind)
            return [figures, f"{level}{name}, since all shares have {why}."]
        return [figures, f"{level}{_listed(others, table)}."]
    text = f"{level}{_usual(table)}"
    if others:
        text += f"; elsewhere {_listed(others, table)}"
    return [figures, f"{text}."]


def _usual(table: JudgedRealTable) -> str:
    name = method_name(table.kind)
    if table.kind == "twoway":
        return f"{name}, {_CLUSTERS}"
    if table.kind == "bootstrap":
        return f"{name}, {table.replicates:,} replicates"
    return name


_CLUSTERS = "clustered by rater and source clip (Cameron, Gelbach and Miller, 2011)"


def _substitute(method: str, kind: Kind) -> tuple[str, str]:
    """Return what stands in for the usual interval, and what its shares have."""
    if method == FEW_CLUSTERS:
        # its name begins with the reason, which follows here
        name = FEW_CLUSTERS.partition(": ")[2]
        return f"{name}, widened where they leave out the share", FEW_WORDS
    if method == DEGENERATE:
        return DEGENERATE, "no variance to estimate"
    if kind == "bootstrap" and method == method_name("twoway"):
        return f"{method}, {_CLUSTERS}", "too few votes to resample"
    return method, "no interval of the usual kind"


def _listed(others: dict[str, list[Cell]], table: JudgedRealTable) -> str:
    parts = []
    for method, cells in others.items():
        name, why = _substitute(method, table.kind)
        parts.append(f"{name}, for {_named(cells)} with {why}")
    return "; ".join(parts)


def _named(cells: Sequence[Cell]) -> str:
    shares = counted(len(cells), "share")
    if len(cells) > MOST_NAMED:
        return f"{shares} (marked in the table)"
    return f"{shares} ({', '.join(f'{c.category} {c.method}' for c in cells)})"


def tests_sentence(record: StudyRecord, contrasts: ContrastReport | None) -> str:
    """Return how systems were compared; ``contrasts`` are None while they were not."""
    comparisons, plan = record.comparisons, record.comparisons.sequential
    how = "Systems were compared by"
    if record.interim:
        but = "Apart from the declared looks no" if plan and record.looks else "No"
        how = (
            f"{but} comparison was tested, since the study is not closed; systems are "
            "to be compared by"
        )
    how += (
        f" exact sign-flip tests on per-clip vote differences {_of_averages(contrasts)}"
        f", with Holm's adjustment within each family "
        f"({', '.join(comparisons.families)}; level {comparisons.alpha:g})"
    )
    if comparisons.margin_pp is not None:
        how += (
            "; equivalence to the control by two one-sided tests within "
            f"{comparisons.margin_pp:g} percentage points{_untested(contrasts)}"
        )
    if plan is not None:
        how += f"; {plan.one} against {plan.other} {_looked(record, plan)}"
    when = (
        "as declared before the first vote"
        if comparisons.declared
        else "none of which was declared beforehand"
    )
    return f"{how}, {when}."


def _of_averages(contrasts: ContrastReport | None) -> str:
    """Return where sign-flip tests and where clustered ones decide.

    An average has the sign-flip test where there is no clustered error.
    """
    usual = "within categories and by two-way clustered z tests of the average"
    averages = [
        each
        for each in (contrasts.contrasts if contrasts else ())
        if not each.family.endswith("by-category") and each.test != LOOKS
    ]
    flipped = sum(each.test != CLUSTERED for each in averages)
    if not flipped:
        return usual
    why = "too few raters or source clips, or no variance, for a clustered error"
    if flipped == len(averages):
        return f"within categories and over all of them, there being {why}"
    return (
        f"{usual}, {flipped} of {counted(len(averages), 'comparison')} of averages by "
        f"the sign-flip test too, there being {why}"
    )


def _untested(contrasts: ContrastReport | None) -> str:
    tested = [] if contrasts is None else contrasts.equivalences
    lacking = sum(each.p is None for each in tested)
    if not lacking:
        return ""
    which = "none" if lacking == len(tested) else f"{lacking} of {len(tested)} not"
    return f" ({which} testable without a clustered error)"


def _looked(record: StudyRecord, plan: SequentialPlan) -> str:
    """Return how the comparison of a sequential plan came to be tested."""
    taken = len(record.looks)
    told = (
        f"{taken or 'none'} of {plan.looks} looks"
        if plan.looks
        else (counted(taken, "look") if taken else "no look")
    )
    was = "was tested" if taken else "was to be tested"
    return f"{was} sequentially ({PLAN_NAMES[plan.kind]}, {told} taken)"
