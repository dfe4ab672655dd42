"""A study of pairs in every format, and as files."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from scipy import stats

from analysis.pairs import PairsReport, answers_sha256, pairs_report
from analysis.render import STUDY_FORMATS, pairs_files, render_pairs, write_pairs
from tests.analysis.pairs_frames import judged, pairs_frame
from tests.analysis.test_html_page import read
from tests.analysis.test_latex import NASTY, compiled

if TYPE_CHECKING:
    from pathlib import Path

STRENGTHS = {"Flow": 0.0, "Frame": -0.6, "Real": 0.8}
HTML = "<script>alert('x')</script> & \"quotes\""
ODD = {
    "nothing": pairs_frame([]),
    "one answer": judged({"Flow": 0, "Real": 1}, videos=1).iloc[:1],
    "one rater": judged({"Flow": 0, "Real": 1}, videos=12).assign(worker_id="r"),
    "one clip": judged(STRENGTHS, videos=1),
    "always found": judged({"Flow": -50, "Frame": 0, "Real": 50}, videos=12),
    "no control": judged({"Flow": 0, "Frame": 1}, videos=12),
    "apart": pd.concat(
        [judged({"A": 0, "B": 1}, videos=12), judged({"C": 0, "D": 1}, videos=12)]
    ),
    "hostile": judged({NASTY: 0, HTML: 0.4, "雨": 0.1, "Real": 1}, videos=12),
}


def two_questions() -> pd.DataFrame:
    real, sync = judged(STRENGTHS, seed=1), judged({"Flow": 1, "Frame": 0}, seed=2)
    return pd.concat([real.assign(question="real"), sync.assign(question="in time")])


@pytest.fixture(scope="module")
def report() -> PairsReport:
    return pairs_report(judged(STRENGTHS), replicates=100, methods=list(STRENGTHS))


@pytest.mark.parametrize("format", STUDY_FORMATS)
@pytest.mark.parametrize("study", ODD)
def test_every_format_of_odd_pairs_is_whole_and_without_nan(
    study: str, format: str
) -> None:
    made = pairs_report(ODD[study], replicates=40)
    text = render_pairs(made, format, title=HTML, label="DEMO")
    assert text.endswith("\n")
    assert not re.search(r"\b(nan|inf|None(?! is adjusted))\b", text)
    if format == "html":
        reader = read(text)
        assert (reader.faults, reader.open) == ([], [])
        assert "script" not in {tag for tag, _ in reader.seen}
    if format == "json":
        assert json.loads(text)["kind"] == "pairs"


def test_fooled_is_what_did_not_find_the_real_clip(report: PairsReport) -> None:
    rows = list(csv.DictReader(io.StringIO(render_pairs(report, "csv"))))
    # two methods against Real and one against the other, in two categories and average
    assert len(rows) == 9
    flow = next(r for r in rows if r["category"] == "Average" and r["method"] == "Flow")
    assert flow["other"] == "Real"
    found = next(
        row
        for row in report.questions[0].found
        if (row.row, row.other) == ("Average", "Flow")
    )
    assert found.share is not None
    assert float(flow["pct"]) == pytest.approx(100 - 100 * found.share, rel=1e-5)
    assert int(flow["chosen"]) == found.votes - found.chosen
    # scipy.stats.binomtest is the oracle of the reference p
    p = stats.binomtest(int(flow["chosen"]), int(flow["total"])).pvalue
    assert float(flow["p_binomial"]) == pytest.approx(p, rel=1e-5)
    assert f"{float(flow['pct']):.2f}" in render_pairs(report, "text")


def test_the_text_has_shares_strengths_sides_methods_and_origin(
    report: PairsReport,
) -> None:
    text = render_pairs(report, "text", title="Which is real?")
    assert text.startswith("Which is real?\n")
    heads = ("Taken for real", "Preferences", "Strengths", "Sides", "Methods")
    places = [text.index(f"\n{head}\n===") for head in heads]
    assert places == sorted(places)
    assert "Flow over Frame" in text
    assert report.sha256 in text
    assert max(map(len, text.splitlines())) <= 100


def test_questions_stand_apart_by_name_anchor_and_label() -> None:
    made = pairs_report(two_questions(), replicates=40)
    page = read(render_pairs(made, "html"))
    names = [found["id"] for _, found in page.seen if "id" in found]
    assert len(names) == len(set(names))
    text = render_pairs(made, "text")
    assert "in time: Preferences" in text
    assert "real: Taken for real" in text
    labels = [
        line
        for line in render_pairs(made, "latex").splitlines()
        if line.startswith(r"\label")
    ]
    assert len(labels) == len(set(labels))


def test_a_stand_in_for_the_usual_interval_is_marked_and_named() -> None:
    text = render_pairs(pairs_report(judged(STRENGTHS, videos=12), replicates=40))
    assert "] (a)" in text
    assert "(a) few clusters: Clopper-Pearson" in " ".join(text.split())


def test_what_keeps_strengths_from_existing_is_said() -> None:
    apart = render_pairs(pairs_report(ODD["apart"], methods=list("ABCD")))
    assert "No chain of comparisons joins [A, B] and [C, D]" in " ".join(apart.split())
    always = " ".join(render_pairs(pairs_report(ODD["always found"])).split())
    assert "Real was chosen in every comparison" in always
    assert "everybody agreed: d' has no bound" in always


def test_a_side_that_was_liked_is_said() -> None:
    liked = pairs_report(judged(STRENGTHS, left_bias=2.0), replicates=40)
    assert "Raters liked the left side" in " ".join(render_pairs(liked).split())


@pytest.mark.parametrize("study", ["hostile", "one answer", "nothing"])
def test_the_latex_compiles_with_booktabs_alone(tmp_path: Path, study: str) -> None:
    pairs = ODD[study].replace("雨", "Regen")
    text = render_pairs(
        pairs_report(pairs, replicates=40), "latex", title=NASTY, label="DEMO"
    )
    compiled(tmp_path, text, "pdflatex")


def test_everything_is_written_and_the_same_bytes_every_time(
    report: PairsReport, tmp_path: Path
) -> None:
    paths = write_pairs(report, tmp_path / "new" / "folder", label="DEMO")
    files = pairs_files(report, label="DEMO")
    assert [path.read_bytes() for path in paths] == list(files.values())
    assert set(files) == {
        *("report.html", "report.txt", "report.md", "report.json", "tables.tex"),
        *("shares.csv", "strengths.csv", "methods.txt", "provenance.json"),
        *("figures/fooled.svg", "figures/fooled.pdf"),
        *("figures/strengths.svg", "figures/strengths.pdf"),
    }
    marked = {name for name, content in files.items() if b"DEMO" in content}
    assert {"report.html", "report.md", "report.txt", "tables.tex"} <= marked
    assert {"shares.csv", "strengths.csv", "report.json"} <= marked


def test_row_order_changes_neither_the_hash_nor_a_byte_of_the_shares() -> None:
    pairs = judged(STRENGTHS, videos=24)
    mixed = pairs.sample(frac=1, random_state=2)
    assert answers_sha256(pairs) == answers_sha256(mixed[sorted(mixed.columns)])
    turned = pairs.assign(chosen=pairs["chosen"].map({"left": "right"}).fillna("left"))
    assert answers_sha256(turned) != answers_sha256(pairs)
    methods, categories = list(STRENGTHS), ["Dog", "Drum"]
    one, two = (
        pairs_report(each, replicates=40, methods=methods, categories=categories)
        for each in (pairs, mixed)
    )
    assert pairs_files(one) == pairs_files(two)


def test_an_unknown_format_is_refused(report: PairsReport) -> None:
    with pytest.raises(ValueError, match="format is 'pdf': choose one of text, md"):
        render_pairs(report, "pdf")
