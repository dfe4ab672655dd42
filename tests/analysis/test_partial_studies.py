from __future__ import annotations

import pandas as pd
import pytest

from analysis.render import FORMATS, Format, render
from analysis.tables import judged_real_table
from tests.analysis.frames import cell_rows, frame

PLAN = {
    f"{category}-{video}/{method}": (category, method)
    for category in ("Dog", "Rain")
    for method in ("Flow", "Real")
    for video in range(2)
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("votes", [pd.DataFrame(), frame([])])
def test_no_votes_give_a_table_that_says_so(
    votes: pd.DataFrame, format: Format
) -> None:
    table = judged_real_table(votes)
    assert table.notes == ("No votes yet.",)
    assert ("No votes yet." in render(table, format)) == (format != "csv")


@pytest.mark.parametrize("format", FORMATS)
def test_a_study_without_votes_shows_its_plan(format: Format) -> None:
    table = judged_real_table(pd.DataFrame(), planned_items=PLAN, votes_per_item=3)
    assert table.completeness is not None
    assert table.completeness.sentence() == "0 of 24 votes; 8 items lack votes"
    text = render(table, format)
    assert "Rain" in text
    assert "0.00" not in text


def test_a_started_study_says_what_is_missing() -> None:
    rows = [*cell_rows("Dog", "Flow", [1, 2]), *cell_rows("Dog", "Real", [3, 3])]
    votes = frame(rows[:11])
    table = judged_real_table(votes, planned_items=PLAN, votes_per_item=3)
    assert table.completeness is not None
    assert table.completeness.sentence() == "11 of 24 votes; 5 items lack votes"
    assert table.cell("Dog", "Real").is_partial
    assert table.cell("Dog", "Real").notes[-1] == "5 of 6 votes"
    assert not table.cell("Dog", "Flow").is_partial
    assert table.cell("Rain", "Flow").pct is None
    text = render(table, "text")
    assert "11 of 24 votes; 5 items lack votes." in text
    assert "n=5" in text
    assert "The average of Flow is over 1 of 2 categories; no votes on Rain." in text


def test_a_number_of_items_is_plan_enough() -> None:
    votes = frame(cell_rows("Dog", "Flow", [1, 2])[:5])
    table = judged_real_table(votes, planned_items=24, votes_per_item=3)
    assert table.completeness is not None
    assert table.completeness.sentence() == "5 of 72 votes; 23 items lack votes"


def test_items_alone_can_be_planned() -> None:
    votes = frame(cell_rows("Dog", "Flow", [1, 2]))
    state = judged_real_table(votes, planned_items=PLAN).completeness
    assert state is not None
    assert state.sentence() == "2 of 8 items have votes; 6 items lack votes"


def test_votes_beyond_the_plan_do_not_stand_in_for_missing_ones() -> None:
    rows = cell_rows("Dog", "Flow", [1, 2])[:5]
    rows.append(("Dog", "Flow", "Dog-0", "late", 1))
    state = judged_real_table(frame(rows), votes_per_item=3).completeness
    assert state is not None
    assert state.sentence() == "5 of 6 votes; 1 item lacks votes; 1 beyond the plan"


def test_items_outside_the_plan_are_counted() -> None:
    rows = cell_rows("Dog", "Flow", [1, 2, 3])
    state = judged_real_table(
        frame(rows), planned_items=PLAN, votes_per_item=3
    ).completeness
    assert state is not None
    assert state.unplanned == 1
    assert "1 item outside the plan" in state.sentence()


def test_the_average_of_unequal_cells_weighs_categories_not_votes() -> None:
    rows = [*cell_rows("Dog", "Flow", [3]), *cell_rows("Rain", "Flow", [0] * 9)]
    table = judged_real_table(frame(rows))
    (average,) = table.average
    assert (average.pct, average.pooled_pct) == ("50.00", "10.00")
    assert "Over all votes together: Flow 10.00." in render(table, "text")


def test_a_method_without_a_category_is_not_best_on_average() -> None:
    rows = [
        *cell_rows("Dog", "Flow", [3]),
        *cell_rows("Dog", "Seq", [2]),
        *cell_rows("Dog", "Frame", [1]),
        *cell_rows("Rain", "Seq", [1]),
        *cell_rows("Rain", "Frame", [1]),
    ]
    table = judged_real_table(frame(rows))
    assert table.cell("Rain", "Flow").pct is None
    assert table.best(table.rows[0]) == {"Flow"}
    assert table.best(table.rows[1]) == {"Seq", "Frame"}
    assert table.best(table.average) == {"Seq"}


def test_a_study_without_control_is_told_apart() -> None:
    table = judged_real_table(frame(cell_rows("Dog", "Flow", [1])))
    assert table.control is None
    assert "No votes on the control 'Real'." in table.notes


def test_an_item_with_as_many_votes_for_as_against_is_half_real() -> None:
    rows = [*cell_rows("Dog", "Flow", [1])[:2], *cell_rows("Dog", "Real", [2])]
    table = judged_real_table(frame(rows))
    assert [cell.majority_pct for cell in table.average] == ["50.00", "100.00"]


def test_a_category_named_average_keeps_its_name() -> None:
    table = judged_real_table(frame(cell_rows("Average", "Flow", [1])))
    assert [cell.category for cell in table.cells] == ["Average", "Average of all"]


def test_asking_for_a_cell_that_is_not_there_names_it() -> None:
    table = judged_real_table(frame(cell_rows("Dog", "Flow", [1])))
    with pytest.raises(KeyError, match="no cell 'Dog' x 'Fluw'"):
        table.cell("Dog", "Fluw")
