"""The table of each value of a further column, beside the table of all votes."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.render import FORMATS, render_split
from analysis.tables import SplitTable, judged_real_table, split_table
from analysis.votes import VotesError
from tests.analysis.frames import cell_rows, frame, spread
from tests.analysis.test_latex import compiled

if TYPE_CHECKING:
    from pathlib import Path


def votes_by(**shares: tuple[int, int]) -> pd.DataFrame:
    """Return votes by recruiter: (real of Flow, real of Real) of 120 votes each."""
    parts = []
    for name, (flow, real) in shares.items():
        rows = [
            *cell_rows("Dog", "Flow", spread(flow, 40)),
            *cell_rows("Dog", "Real", spread(real, 40)),
        ]
        made = frame(rows)
        made["worker_id"] = name + made["worker_id"]
        parts.append(made.assign(recruiter=name))
    return pd.concat(parts, ignore_index=True)


def split_of(votes: pd.DataFrame, column: str = "recruiter") -> SplitTable:
    return split_table(votes, column, whole=judged_real_table(votes))


def test_each_part_is_the_table_of_its_votes_alone() -> None:
    votes = votes_by(mturk=(30, 110), link=(60, 90))
    for value, part in split_of(votes).parts:
        alone = judged_real_table(votes[votes["recruiter"] == value])
        assert part.rows == alone.rows
        assert part.average == alone.average


def test_the_summary_has_a_row_per_part_and_one_of_all() -> None:
    votes = votes_by(mturk=(30, 110), link=(60, 90))
    summary = split_of(votes).summary
    assert summary.categories == ("link", "mturk")
    assert [cell.pct for cell in summary.rows[0]] == ["50.00", "75.00"]
    assert [cell.pct for cell in summary.rows[1]] == ["25.00", "91.67"]
    assert [cell.total for cell in summary.rows[1]] == [120, 120]
    assert [cell.pct for cell in summary.average] == ["37.50", "83.33"]
    assert [cell.total for cell in summary.average] == [240, 240]


def test_columns_stay_where_a_part_has_no_votes_on_one() -> None:
    votes = votes_by(mturk=(30, 110), link=(60, 90))
    lacking = votes[(votes["recruiter"] != "link") | (votes["method"] != "Flow")]
    summary = split_of(lacking).summary
    assert summary.methods == ("Flow", "Real")
    assert summary.rows[0][0].pct is None


def test_votes_without_a_value_are_a_part_of_their_own() -> None:
    votes = votes_by(mturk=(30, 110), link=(60, 90))
    votes.loc[votes["recruiter"] == "link", "recruiter"] = " "
    assert [value for value, _ in split_of(votes).parts] == ["(none)", "mturk"]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("panel", "no column 'panel'; there are: item_id, category"),
        ("vote", "vote is what is counted"),
        ("item_id", "'item_id' has 80 values: choose one with at most 50"),
    ],
)
def test_a_column_that_cannot_split_is_named(column: str, words: str) -> None:
    votes = votes_by(mturk=(30, 110))
    with pytest.raises(VotesError, match=words):
        split_of(votes, column)


def test_a_study_without_votes_has_no_parts() -> None:
    none = votes_by(mturk=(30, 110)).iloc[:0]
    split = split_of(none)
    assert split.parts == ()
    for format in FORMATS:
        assert render_split(split, format)


@pytest.mark.parametrize("format", ["text", "md", "latex"])
def test_the_printed_summary_tells_shares_and_votes(format: str) -> None:
    text = render_split(split_of(votes_by(mturk=(30, 110), link=(60, 90))), format)
    assert "Recruiter" in text
    assert text.count("50.00") >= 3
    assert "n=120" in text
    assert "n=240" in text
    assert "not tested" in text


def test_the_csv_names_the_part_in_front() -> None:
    text = render_split(split_of(votes_by(mturk=(30, 110), link=(60, 90))), "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    dog = {r["recruiter"]: r["pct"] for r in rows if r["method"] == "Flow"}
    assert dog == {"": "37.50", "link": "50.00", "mturk": "25.00"}


def test_the_json_has_a_document_per_part() -> None:
    text = render_split(split_of(votes_by(mturk=(30, 110), link=(60, 90))), "json")
    said = json.loads(text)
    assert (said["by"], said["all"]["votes"]) == ("recruiter", 480)
    assert {p["value"]: p["table"]["votes"] for p in said["parts"]} == {
        "link": 240,
        "mturk": 240,
    }


def test_the_latex_compiles(tmp_path: Path) -> None:
    votes = votes_by(**{"mt_u&rk": (30, 110), "link": (60, 90)})
    compiled(tmp_path, render_split(split_of(votes), "latex", title="T"), "pdflatex")


def test_any_column_of_a_file_splits_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "votes.csv"
    votes_by(mturk=(30, 110), link=(60, 90)).rename(
        columns={"recruiter": "Age group"}
    ).to_csv(path, index=False)
    assert main([str(path), "--by", "Age group", "--out", str(tmp_path / "out")]) == 0
    names = [line.rpartition("/")[2] for line in capsys.readouterr().out.splitlines()]
    parts = [name for name in names if name.startswith("by-")]
    assert parts == [
        f"by-age-group.{e}" for e in ("txt", "md", "csv", "tex", "json", "html")
    ]
    assert main([str(path), "--by", "nothing"]) == 2
    assert "no column 'nothing'" in capsys.readouterr().err
