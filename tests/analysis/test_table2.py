from __future__ import annotations

import pytest

from analysis.render import render
from analysis.tables import JudgedRealTable, judged_real_table
from analysis.votes import read_votes
from tests.analysis.frames import printed_table2, shared, table2_votes

# The paper prints 68.69 for Frame; its own column gives 2657/3840 = 69.19.
AVERAGE = ["69.19", "72.63", "73.36", "91.43"]


@pytest.fixture(scope="module")
def from_counts() -> JudgedRealTable:
    return judged_real_table(table2_votes())


def printed_cells() -> dict[tuple[str, str], str]:
    return {
        (line["category"], line["method"]): line["printed"] for line in printed_table2()
    }


def test_all_forty_cells_come_out_as_the_paper_prints_them(
    from_counts: JudgedRealTable,
) -> None:
    cells = {(c.category, c.method): c.pct for c in from_counts.cells[:-4]}
    assert cells == printed_cells()


def test_the_average_row_is_the_mean_of_the_cells(from_counts: JudgedRealTable) -> None:
    assert [cell.pct for cell in from_counts.average] == AVERAGE


def test_exact_ties_are_rounded_up(from_counts: JudgedRealTable) -> None:
    # 300/384 = 78.125 % and 348/384 = 90.625 %
    assert from_counts.cell("Helicopter", "Flow").pct == "78.13"
    assert from_counts.cell("Snoring", "Real").pct == "90.63"


def test_the_votes_file_gives_the_same_cells_in_the_same_order() -> None:
    votes = read_votes(shared("vegas_votes.csv.gz"))
    table = judged_real_table(votes, votes_per_item=3)
    assert {(c.category, c.method): c.pct for c in table.cells[:-4]} == printed_cells()
    assert [cell.pct for cell in table.average] == AVERAGE
    assert table.methods == ("Frame", "Seq", "Flow", "Real")
    assert table.completeness is not None
    assert table.completeness.sentence() == "15,360 of 15,360 votes"


def test_every_cell_stands_in_the_printed_text(from_counts: JudgedRealTable) -> None:
    text = render(from_counts, "text", intervals=False)
    for line in printed_table2():
        row = next(t for t in text.splitlines() if t.startswith(line["category"]))
        assert f"{line['printed']}%" in row.split()


def test_the_best_generated_method_of_each_row_is_known(
    from_counts: JudgedRealTable,
) -> None:
    best = {row[0].category: from_counts.best(row) for row in from_counts.rows}
    assert best["Printer"] == {"Frame"}
    assert best["Dog"] == {"Seq"}
    assert from_counts.best(from_counts.average) == {"Flow"}
