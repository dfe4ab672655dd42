"""The tables of a report of pairs."""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING

from analysis.intervals import method_name
from analysis.render.blocks import Grid
from analysis.render.quantities import MISSING, figure, p_value, share, span
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.pairs import BradleyTerry, PairShare

FOUND_WORDS = "Percent of answers that took the generated clip for the real one"
PREFERRED_WORDS = "Percent of answers that chose the first method of two"


def found_grid(label: str, rows: Sequence[PairShare], *, name: str, level: str) -> Grid:
    """Return how often raters were fooled, a row for each system or category.

    ``name``: what the rows have in common, for the caption. Rows are called by
    their system, or by their category where all are of one system.
    """
    one_system = len({row.other for row in rows}) == 1 and len(rows) > 1
    marks = interval_marks(rows)
    return Grid(
        label=label,
        caption=f"{FOUND_WORDS}: {name}. p: of 50%, clustered.{_kinds(marks)}",
        head=(
            "Category" if one_system else "System",
            "Fooled",
            f"{level} interval",
            "n",
            "p",
            "p (bin.)",
            "d'",
            f"{level} interval",
            "Adjusted",
            "",
        ),
        rows=tuple(
            (
                row.row if one_system else row.other,
                share(row.fooled),
                _interval(row.fooled_bounds, marks[row.interval]),
                f"{row.votes:,}",
                p_value(row.p_clustered),
                p_value(row.p_binomial),
                figure(row.dprime, 2),
                span(row.dprime_low, row.dprime_high, 2),
                share(None if row.adjusted is None else 1 - row.adjusted),
                row.note,
            )
            for row in rows
        ),
        ruled=frozenset((len(rows) - 1,)) if one_system else frozenset(),
        # the binomial p is a reference that a paper can do without
        in_paper=(0, 1, 2, 3, 4, 6, 7, 8),
    )


def preferred_grid(
    label: str,
    rows: Sequence[PairShare],
    *,
    level: str,
    question: str = "",
    by_category: bool = False,
) -> Grid:
    """Return how often one generated method was chosen over another."""
    marks = interval_marks(rows)
    names = [[row.row] if by_category else [] for row in rows]
    return Grid(
        label=label,
        caption=f"{PREFERRED_WORDS}{_of(question)}. p: of 50%, clustered."
        f"{_kinds(marks)}",
        head=(
            *(["Category"] if by_category else []),
            "Comparison",
            "Chosen",
            f"{level} interval",
            "n",
            "p",
            "p (bin.)",
            "Adjusted",
            "",
        ),
        rows=tuple(
            (
                *name,
                f"{row.one} over {row.other}",
                share(row.share),
                _interval(
                    None
                    if row.low is None or row.high is None
                    else (row.low, row.high),
                    marks[row.interval],
                ),
                f"{row.votes:,}",
                p_value(row.p_clustered),
                p_value(row.p_binomial),
                share(row.adjusted),
                row.note,
            )
            for name, row in zip(names, rows, strict=True)
        ),
        numeric=2 if by_category else 1,
        ruled=frozenset(
            number
            for number in range(1, len(rows))
            if by_category and rows[number].row != rows[number - 1].row
        ),
        # of every two methods in every category there are too many for a page
        in_paper=() if by_category else (0, 1, 2, 3, 4, 6),
    )


def strengths_grid(
    label: str, found: BradleyTerry, *, level: str, question: str = ""
) -> Grid:
    """Return strengths and ranks of the methods shown, the strongest first."""
    last = len(found.strengths) + 1
    asked = [each for each in found.strengths if each.votes]
    rows = sorted(asked, key=lambda each: each.rank or last)
    return Grid(
        label=label,
        caption=f"Bradley-Terry strengths{_of(question)}: a difference of d is being "
        "chosen with odds of e to the d. Share: of e to the strength over the sum of "
        "all, percent.",
        head=(
            "Method",
            "Strength",
            f"{level} interval",
            "Share",
            "Rank",
            "Ranks",
            "Chosen",
            "n",
        ),
        rows=tuple(
            (
                each.method,
                figure(each.strength),
                span(each.low, each.high),
                share(each.share),
                MISSING if each.rank is None else str(each.rank),
                _ranks(each.rank_low, each.rank_high),
                f"{each.wins:,}",
                f"{each.votes:,}",
            )
            for each in rows
        ),
        in_paper=tuple(range(8)),
    )


def interval_marks(rows: Sequence[PairShare]) -> Mapping[str, str]:
    """Return a letter for each kind of interval that stands in for the usual one."""
    usual = method_name("twoway")
    kinds = dict.fromkeys(row.interval for row in rows)
    others = [kind for kind in kinds if kind != usual]
    return {usual: "", **dict(zip(others, ascii_lowercase, strict=False))}


def _of(question: str) -> str:
    return f" ({question})" if question else ""


def _kinds(marks: Mapping[str, str]) -> str:
    told = [f" ({mark}) {kind}." for kind, mark in marks.items() if mark]
    return "".join(told)


def _interval(bounds: tuple[float, float] | None, mark: str) -> str:
    if bounds is None:
        return MISSING
    text = f"[{share(bounds[0])}, {share(bounds[1])}]"
    return f"{text} ({mark})" if mark else text


def _ranks(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return MISSING
    return str(low) if low == high else f"{low}{MISSING}{high}"


def origin_grid(provenance: Mapping[str, str]) -> Grid:
    """Return what the report hangs on."""
    rows = tuple(provenance.items())
    return Grid("provenance", "What this report hangs on.", ("", "Value"), rows, 2)


def counts_sentence(votes: int, items: int, videos: int, raters: int) -> str:
    """Return what was answered by how many, as a sentence."""
    return (
        f"{counted(votes, 'answer')} on {counted(items, 'pair')} of "
        f"{counted(videos, 'source video')} by {counted(raters, 'rater')}."
    )
