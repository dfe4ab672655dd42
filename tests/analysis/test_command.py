from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from analysis.__main__ import main
from tests.analysis.frames import cell_rows, frame, spread

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def votes(tmp_path: Path) -> str:
    path = tmp_path / "votes.csv"
    frame(
        [
            *cell_rows("Dog", "Seq, long", spread(50, 40)),
            *cell_rows("Dog", "Flow", spread(71, 40)),
            *cell_rows("Rain", "Flow", spread(60, 40)),
            *cell_rows("Dog", "Real", spread(110, 40)),
        ]
    ).to_csv(path, index=False)
    return str(path)


def test_the_table_is_printed(votes: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([votes]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0].split()[0] == "Category"
    assert "59.17 [" in out


def test_orders_control_interval_and_level_are_obeyed(
    votes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = "--format json --alpha 0.1 --ci wilson --category-order Rain,Dog"
    order = ["--method-order", 'Flow,"Seq, long"', "--control", "real"]
    assert main([votes, *arguments.split(), *order]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["categories"] == ["Rain", "Dog"]
    assert document["methods"] == ["Flow", "Seq, long", "Real"]
    assert (document["alpha"], document["interval"]) == (0.1, "wilson")


def test_everything_is_written_into_a_folder_and_the_mixed_model_with_it(
    votes: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main([votes, "--out", str(out), "--demo"]) == 0
    told = set(capsys.readouterr().out.splitlines())
    assert told == {str(path) for path in out.rglob("*") if path.is_file()}
    assert "DEMO DATA" in (out / "tables.tex").read_text(encoding="utf-8")
    document = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert document["mixed"]["fit"]["votes"] == 480


def test_briefly_only_the_table_is_printed(
    votes: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([votes, "--brief"]) == 0
    brief = capsys.readouterr().out
    assert main([votes]) == 0
    whole = capsys.readouterr().out
    assert whole.startswith(brief.rstrip())
    assert "Agreement of raters" in whole
    assert "Agreement of raters" not in brief


def test_votes_that_do_not_count_are_left_out_or_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "votes.csv"
    rows = frame(cell_rows("Dog", "Flow", spread(60, 40)))
    # the fourth part of all votes, among them 15 "real" ones
    rows["used"] = [int(number % 4 > 0) for number in range(len(rows))]
    rows.to_csv(path, index=False)

    def votes_counted(*options: str) -> int:
        assert main([str(path), "--format", "json", *options]) == 0
        return int(json.loads(capsys.readouterr().out)["votes"])

    assert votes_counted() == 90
    assert votes_counted("--exclusions", "on") == 90
    assert votes_counted("--exclusions", "off") == 120
    assert main([str(path)]) == 0
    said = capsys.readouterr().out
    assert "with the frozen exclusion rules and without" in said
    without = said.partition("The table over every submitted vote")[2]
    # 60 of all 120 votes are "real", whatever the rules leave
    assert without.partition("Average")[2].split()[0] == "50.00"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--alpha", "95"], "alpha is 95.0"),
        (["--category-order", "Dgo"], "no votes on 'Dgo'; the file has 'Dog', 'Rain'"),
        (["--method-order", "Fluw"], "--method-order: no votes on 'Fluw'"),
        (["--out", "/dev/null/x"], "/dev/null"),
        (["--baseline", "Sq"], "--baseline: no votes on 'Sq'"),
        (["--margin", "-5"], "--margin is -5"),
        (["--by", "nothing"], "no column 'nothing'"),
    ],
)
def test_a_wrong_option_ends_with_status_2_and_no_traceback(
    votes: str,
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([votes, *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: ")
    assert words in captured.err
    assert captured.out == ""


def test_faulty_votes_end_with_status_2_and_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("item_id,category,method,source_video,worker_id,vote\na,b,c,d,e,7")
    assert main([str(path)]) == 2
    assert "bad.csv: line 2: vote is '7'" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["v.csv", "--format", "pdf"]])
def test_wrong_usage_ends_with_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_votes_per_item_is_a_positive_number(votes: str) -> None:
    with pytest.raises(SystemExit):
        main([votes, "--votes-per-item", "0"])
