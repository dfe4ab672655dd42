"""The bootstrap as the table's kind of interval."""

from __future__ import annotations

import pytest

from analysis.__main__ import main
from analysis.intervals import bootstrap_cells, choose_intervals, wilson
from analysis.tables import judged_real_table, split_table
from analysis.votes import encode_votes
from tests.analysis.frames import Row, cell_rows, frame, spread, table2_votes

LABEL = "item-and-rater bootstrap, conservative"


def test_every_cell_and_average_gets_the_bootstrap() -> None:
    votes = table2_votes()
    table = judged_real_table(votes, interval="bootstrap", seed=5, replicates=400)
    drawn = bootstrap_cells(encode_votes(votes), seed=5, replicates=400)
    assert {cell.interval.method for cell in table.cells if cell.interval} == {LABEL}
    for column in range(len(table.methods)):
        wanted = drawn.bounds(column)
        cells = [row[column] for row in (*table.rows, table.average)]
        got = [(c.interval.low, c.interval.high) for c in cells if c.interval]
        assert got == wanted
    assert table.notes[0] == "Bootstrap intervals: 400 replicates from seed 5."


def test_the_percentages_stay_what_they_are() -> None:
    votes = table2_votes()
    plain, drawn = (
        judged_real_table(votes),
        judged_real_table(votes, interval="bootstrap", replicates=50),
    )
    assert [c.pct for c in plain.cells] == [c.pct for c in drawn.cells]


def test_cells_all_alike_or_of_few_clusters_give_way() -> None:
    rows = [
        *cell_rows("Dog", "Flow", [3] * 40),
        *cell_rows("Rain", "Flow", spread(60, 40)),
        *cell_rows("Drum", "Flow", [1, 2, 0]),
    ]
    bootstrap = judged_real_table(frame(rows), interval="bootstrap", replicates=200)
    twoway = judged_real_table(frame(rows))
    for category in ("Dog", "Drum"):
        cell = bootstrap.cell(category, "Flow")
        assert cell.interval == twoway.cell(category, "Flow").interval
        assert cell.notes
    rain = bootstrap.cell("Rain", "Flow").interval
    assert rain is not None
    assert rain.method == LABEL


def test_too_few_votes_to_resample_fall_back_on_the_clustered_interval() -> None:
    # ten categories of two videos: some lose all their weight in most replicates
    rows: list[Row] = [
        (f"c{number}", "Flow", f"c{number} v{video}", f"r{(number + seat) % 15}", vote)
        for number in range(10)
        for video in range(2)
        for seat, vote in enumerate((0, 1, video))
    ]
    table = judged_real_table(frame(rows), interval="bootstrap", replicates=300)
    average = table.average[0]
    plain = judged_real_table(frame(rows)).average[0].interval
    assert average.interval is not None
    assert plain is not None
    assert (average.interval.low, average.interval.high) == (plain.low, plain.high)
    assert average.notes[0].startswith("too few votes to resample")


def test_a_study_that_is_all_real_and_one_without_votes() -> None:
    alike = judged_real_table(
        frame(cell_rows("Dog", "Flow", [3] * 40)), interval="bootstrap", replicates=50
    )
    interval = alike.average[0].interval
    low, _ = wilson(120, 120)
    assert interval is not None
    assert interval.low == pytest.approx(float(low))
    empty = judged_real_table(frame([]), interval="bootstrap", replicates=50)
    assert empty.notes == ("No votes yet.",)


def test_parts_of_a_split_are_drawn_with_the_same_seed() -> None:
    votes = table2_votes()
    votes["recruiter"] = "one"
    whole = judged_real_table(votes, interval="bootstrap", seed=9, replicates=60)
    [(_, part)] = split_table(votes, "recruiter", whole=whole).parts
    assert part.rows == whole.rows


def test_bounds_must_be_given() -> None:
    with pytest.raises(ValueError, match="needs its bounds"):
        choose_intervals([None], None, kind="bootstrap")


def test_the_command_prints_bootstrap_intervals(
    tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    path = f"{tmp_path}/votes.csv"
    frame(cell_rows("Dog", "Flow", spread(60, 40))).to_csv(path, index=False)
    assert main([path, "--ci", "bootstrap"]) == 0
    said = capsys.readouterr().out
    assert LABEL in said
    assert "2,000 replicates from seed 0" in said
