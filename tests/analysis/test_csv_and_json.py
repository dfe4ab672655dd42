from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from analysis.render import DEMO_LABEL, render
from analysis.render.csv_rows import guarded
from analysis.tables import JudgedRealTable, judged_real_table
from tests.analysis.frames import cell_rows, frame, spread, table2_votes


@pytest.fixture(scope="module")
def table() -> JudgedRealTable:
    return judged_real_table(table2_votes())


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_csv_has_one_row_a_cell_and_the_average_last(
    table: JudgedRealTable,
) -> None:
    text = render(table, "csv")
    assert text.splitlines()[0] == (
        "category,method,judged_real,total,items,workers,pct,ci_low,ci_high,"
        "se_binomial,se_twoway,deff,majority_pct,interval,note"
    )
    found = rows(text)
    assert len(found) == 44
    flow = next(r for r in found if (r["category"], r["method"]) == ("Dog", "Flow"))
    assert (flow["judged_real"], flow["total"], flow["items"]) == ("239", "384", "128")
    # sqrt(.622396 * .377604 / 384) = .0247392
    assert (flow["pct"], flow["se_binomial"]) == ("62.24", "2.4739")
    assert [r["pct"] for r in found[-4:]] == ["69.19", "72.63", "73.36", "91.43"]
    assert {r["category"] for r in found[-4:]} == {"Average"}


def test_a_cell_without_votes_has_no_figures_in_the_csv() -> None:
    votes = frame([*cell_rows("Dog", "Flow", [1]), *cell_rows("Rain", "Real", [1])])
    empty = rows(render(judged_real_table(votes), "csv"))[1]
    assert (empty["total"], empty["pct"], empty["ci_low"]) == ("0", "", "")
    assert empty["note"] == "no votes"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", " =1", "\t=1", "\uff1d1"])
def test_no_name_becomes_a_formula(name: str) -> None:
    assert guarded(name) == f"'{name}"


@pytest.mark.parametrize("name", ["Dog", "a=b", "Seq-2", "雨", "", "'quoted'", "1+1"])
def test_plain_names_stay_as_they_are(name: str) -> None:
    assert guarded(name) == name


def test_commas_quotes_and_lines_in_names_survive_the_csv() -> None:
    name = 'Dog, "big"\nand small'
    found = rows(render(judged_real_table(frame(cell_rows(name, "Flow", [1]))), "csv"))
    assert found[0]["category"] == name


def test_the_demo_label_stands_in_every_row_of_the_csv(table: JudgedRealTable) -> None:
    assert all(
        row["note"].startswith(DEMO_LABEL)
        for row in rows(render(table, "csv", label=DEMO_LABEL))
    )


def document(table: JudgedRealTable, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(render(table, "json", **options))
    return found


def test_the_json_holds_everything(table: JudgedRealTable) -> None:
    found = document(table, title="VEGAS", label=DEMO_LABEL, declared={"seed": "7"})
    assert found["schema_version"] == 1
    assert (found["title"], found["label"]) == ("VEGAS", DEMO_LABEL)
    assert found["declared"] == {"seed": "7"}
    assert found["methods"] == ["Frame", "Seq", "Flow", "Real"]
    assert len(found["cells"]) == 40
    cell = next(
        cell
        for cell in found["cells"]
        if (cell["category"], cell["method"]) == ("Fireworks", "Flow")
    )
    assert (cell["judged_real"], cell["total"], cell["pct"]) == (301, 384, 78.39)
    assert cell["best"]
    assert cell["ci_low"] < 78.39 < cell["ci_high"]
    assert [cell["pct_text"] for cell in found["average"]] == [
        "69.19",
        "72.63",
        "73.36",
        "91.43",
    ]


def test_missing_figures_are_null_in_json() -> None:
    votes = frame([*cell_rows("Dog", "Flow", [1]), *cell_rows("Rain", "Real", [1])])
    cell = document(judged_real_table(votes))["cells"][1]
    assert (cell["pct"], cell["ci_low"], cell["deff"]) == (None, None, None)


@pytest.mark.parametrize("format", ["text", "md", "csv", "latex", "json"])
def test_the_same_votes_in_any_order_give_the_same_bytes(format: Any) -> None:
    votes = frame(
        [
            *cell_rows("Dog", "Flow", spread(50, 30)),
            *cell_rows("Dog", "Real", spread(80, 30)),
        ]
    )
    mixed = votes.sample(frac=1, random_state=3)
    once, again = (
        render(
            judged_real_table(v, methods=["Flow", "Real"]),
            format,
            declared={"b": "1", "a": "2"},
        )
        for v in (votes, mixed)
    )
    assert once == again


def test_an_unknown_format_is_refused(table: JudgedRealTable) -> None:
    with pytest.raises(ValueError, match="one of text, md, csv, latex, json, html"):
        render(table, "pdf")
