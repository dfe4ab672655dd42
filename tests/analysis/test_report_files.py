"""What `--out` writes: everything, whole, and the same bytes every time."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from analysis.render import STUDY_FORMATS, render_study, study_files, write_study
from analysis.report import ReportOptions, study_report
from analysis.study import Comparisons, StudyRecord
from tests.analysis.frames import cell_rows, frame, spread

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.report import StudyReport

VOTES = frame(
    [
        *cell_rows("雨", "Seq", spread(60, 40)),
        *cell_rows("雨", "Flow", spread(80, 40)),
        *cell_rows("雨", "Real", spread(110, 40)),
    ]
)
TEXTS = [
    "report.html",
    "report.txt",
    "report.md",
    "report.json",
    "tables.tex",
    "table.csv",
    "contrasts.csv",
    "equivalence.csv",
    "agreement.csv",
    "detection.csv",
    "raters.csv",
    "methods.txt",
    "provenance.json",
]


def made(title: str = "T", label: str = "DEMO") -> StudyReport:
    record = StudyRecord(
        title=title, label=label, comparisons=Comparisons(margin_pp=5.0)
    )
    return study_report(VOTES, record)


def test_everything_is_written(tmp_path: Path) -> None:
    files = write_study(made(), tmp_path / "new" / "report")
    names = [str(file.relative_to(tmp_path / "new" / "report")) for file in files]
    assert names[: len(TEXTS)] == TEXTS
    figures = names[len(TEXTS) :]
    assert {name.rpartition(".")[2] for name in figures} == {"svg", "pdf"}
    assert "figures/dots.svg" in figures
    assert all(file.stat().st_size for file in files)


def test_the_same_votes_and_seed_give_the_same_bytes_in_any_order_of_rows() -> None:
    shuffled = VOTES.sample(frac=1, random_state=3)
    record = StudyRecord(title="T", categories=("雨",), method_names=("Seq", "Flow"))
    options = ReportOptions(interval="bootstrap", seed=7, compare_paper=True)
    first = study_files(study_report(VOTES, record, options=options))
    second = study_files(study_report(shuffled, record, options=options))
    assert first == second


def test_the_label_stands_over_every_text_and_figure() -> None:
    for name, content in study_files(made(label="DEMO DATA: nothing")).items():
        if name.endswith((".html", ".txt", ".md", ".json", ".tex", ".svg")):
            if name in ("methods.txt", "provenance.json"):
                continue
            assert "DEMO DATA" in content.decode(), name


@pytest.mark.parametrize("format", STUDY_FORMATS)
def test_a_format_on_its_own_says_what_its_file_says(format: str) -> None:
    endings = {"text": "txt", "latex": "tex"}
    stem = {"latex": "tables", "csv": "table"}.get(format, "report")
    written = study_files(made())[f"{stem}.{endings.get(format, format)}"].decode()
    printed = render_study(made(), format)
    if format == "md":
        # only beside its figures can Markdown show them
        written = "\n".join(
            line for line in written.splitlines() if not line.startswith("![")
        )
    assert printed.split() == written.split()


def test_the_contrasts_file_has_a_row_for_every_comparison() -> None:
    report = made()
    text = study_files(report)["contrasts.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert report.contrasts is not None
    assert len(rows) == len(report.contrasts.contrasts)
    assert rows[0]["one"] == "Seq"
    assert rows[0]["other"] == "Flow"
    # 60 and 80 of 120 votes: a difference of exactly a sixth
    assert float(rows[0]["difference"]) == pytest.approx(-1 / 6, rel=1e-5)


def test_a_cells_row_ends_with_d_prime_and_criterion() -> None:
    text = study_files(made())["table.csv"].decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    by_method = {row["method"]: row for row in rows if row["category"] == "雨"}
    # scipy 1.17.1: the normal quantiles of 110.5 / 121 and of 60.5 / 121
    assert float(by_method["Seq"]["dprime"]) == pytest.approx(1.360873, rel=1e-5)
    assert by_method["Real"]["dprime"] == ""


def test_json_holds_no_number_that_json_lacks() -> None:
    for votes in (VOTES, VOTES.iloc[:1], VOTES.iloc[:0]):
        text = render_study(study_report(votes), "json")
        json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def test_a_second_report_replaces_the_first(tmp_path: Path) -> None:
    write_study(made(title="first"), tmp_path)
    write_study(made(title="second"), tmp_path)
    text = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert text.startswith("second")


def test_what_an_earlier_report_held_and_this_one_does_not_is_removed(
    tmp_path: Path,
) -> None:
    write_study(made(), tmp_path)
    (tmp_path / "equivalence.tex").write_text("mine")
    assert (tmp_path / "equivalence.csv").exists()
    write_study(study_report(VOTES, StudyRecord(interim=True)), tmp_path)
    assert not (tmp_path / "equivalence.csv").exists()
    assert not (tmp_path / "figures" / "forest.svg").exists()
    assert (tmp_path / "equivalence.tex").read_text() == "mine"


def test_a_failed_write_leaves_the_old_report_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted(write_study(made(title="first"), tmp_path))

    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_study(made(title="second"), tmp_path)
    text = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert text.startswith("first")
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == before
