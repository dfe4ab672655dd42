"""Table 2 of the paper, as counts, and what its own figures contradict.

Source: Y. Zhou, Z. Wang, C. Fang, T. Bui, T. L. Berg, "Visual to Sound: Generating
Natural Sound for Videos in the Wild", CVPR 2018, Table 2 and section 4.4. Each
printed percentage is a multiple of 1/384 (128 videos, three votes each) and of no
other denominator below 1,000 that fits all forty.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from analysis.tables import percent

if TYPE_CHECKING:
    from analysis.tables import JudgedRealTable

VOTES_A_CELL = 384
METHODS = ("Frame", "Seq", "Flow", "Real")
COUNTS: dict[str, tuple[int, int, int, int]] = {
    "Dog": (236, 247, 239, 342),
    "Chainsaw": (273, 284, 294, 360),
    "Water flowing": (272, 298, 312, 336),
    "Rail transport": (306, 320, 309, 347),
    "Fireworks": (292, 295, 301, 361),
    "Printer": (284, 282, 274, 343),
    "Helicopter": (275, 286, 300, 352),
    "Snoring": (260, 282, 281, 348),
    "Drum": (239, 248, 272, 358),
    "Baby crying": (220, 247, 235, 364),
}
PRINTED_AVERAGE = {"Frame": "68.69", "Seq": "72.63", "Flow": "73.36", "Real": "91.43"}
# section 4.4 quotes the best single-category model's average once more
QUOTED_IN_TEXT = ("Flow", "73.63")
TITLE = "Visual to Sound, Table 2"


@dataclass(frozen=True, slots=True)
class PaperCell:
    """A cell of the paper beside the study's: percentages as printed, '' if absent.

    ``difference`` is the study's minus the paper's in percentage points; ``inside``
    says whether the study's interval holds the paper's figure (None without one).
    """

    row: str
    method: str
    paper: str
    printed: str
    study: str
    difference: str
    inside: bool | None


@dataclass(frozen=True, slots=True)
class PaperComparison:
    """Table 2 beside a study, and the paper's slips in words.

    ``missing`` names the paper's rows and columns that the study has not, and
    averages that are over other categories here.
    """

    cells: tuple[PaperCell, ...]
    slips: tuple[str, ...]
    missing: tuple[str, ...]


def paper_average(method: str) -> Fraction:
    """Return the mean over categories of the paper's own cells, exact."""
    column = METHODS.index(method)
    shares = [Fraction(row[column], VOTES_A_CELL) for row in COUNTS.values()]
    return sum(shares, Fraction()) / len(shares)


def paper_slips() -> tuple[str, ...]:
    """Return where the paper's printed figures contradict its own cells."""
    found = []
    for method, printed in PRINTED_AVERAGE.items():
        own = percent(paper_average(method))
        if own != printed:
            found.append(
                f"The paper prints {printed} as {method}'s average; its own cells "
                f"give {own}."
            )
    method, quoted = QUOTED_IN_TEXT
    table = PRINTED_AVERAGE[method]
    if quoted != table:
        found.append(
            f"The paper's section 4.4 quotes {quoted} for the best single-category "
            f"model; its table says {method} {table} (two digits are transposed)."
        )
    return tuple(found)


def compare_with_paper(table: JudgedRealTable) -> PaperComparison:
    """Set Table 2 beside a table whose rows and columns have the same names.

    Names are matched in any case; rows and columns that only one of them has are left
    out, and so are averages that are not over the paper's categories. The paper's
    figures are those of its cells; where it prints another, both are there. No test is
    made: the paper's votes are not known, only their counts.
    """
    rows = {name.casefold(): name for name in COUNTS}
    columns = {name.casefold(): name for name in METHODS}
    cells, others = [], []
    seen: set[str] = set()
    for row in (*table.rows, table.average):
        for cell in row:
            is_average = row is table.average
            name = rows.get(cell.category.casefold(), "")
            method = columns.get(cell.method.casefold(), "")
            if not method or not (name or is_average):
                continue
            if is_average and not _over_the_same(table, cell.method):
                others.append(method)
                continue
            seen |= {name, method}
            exact, printed = _paper_figure(name, method)
            inside = None
            if cell.interval is not None:
                inside = cell.interval.low <= exact <= cell.interval.high
            cells.append(
                PaperCell(
                    row=cell.category,
                    method=cell.method,
                    paper=percent(exact),
                    printed=printed,
                    study=cell.pct or "",
                    difference="" if cell.rate is None else _signed(cell.rate - exact),
                    inside=inside,
                )
            )
    missing = [name for name in (*COUNTS, *METHODS) if name not in seen]
    if others:
        missing.append(f"the average of the paper's categories ({', '.join(others)})")
    return PaperComparison(tuple(cells), paper_slips(), tuple(missing))


def _over_the_same(table: JudgedRealTable, method: str) -> bool:
    """Return whether a method has votes in the paper's categories and no others."""
    column = table.methods.index(method)
    judged = {
        row[column].category.casefold() for row in table.rows if row[column].total
    }
    return judged == {name.casefold() for name in COUNTS}


def _paper_figure(category: str, method: str) -> tuple[Fraction, str]:
    """Return the share by the paper's cells, and the percentage that it prints."""
    if not category:
        return paper_average(method), PRINTED_AVERAGE[method]
    exact = Fraction(COUNTS[category][METHODS.index(method)], VOTES_A_CELL)
    return exact, percent(exact)


def _signed(difference: Fraction) -> str:
    text = percent(abs(difference))
    if float(text) == 0:
        return text
    return ("\N{MINUS SIGN}" if difference < 0 else "+") + text
