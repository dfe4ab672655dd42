"""manage.py report, on votes made elsewhere."""

import csv
import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from analysis.__main__ import main
from studies.models import Study
from tests.analysis.frames import cell_rows, frame, spread
from tests.commands.votes import votes_file

pytestmark = pytest.mark.django_db
REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "table2.csv"
AVERAGE = {"Frame": "69.19", "Seq": "72.63", "Flow": "73.36", "Real": "91.43"}


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def small(tmp_path: Path) -> None:
    run("import_votes", str(votes_file(tmp_path)), "--study", "small")


@pytest.mark.parametrize(
    ("format", "mark"),
    [
        ("text", "Äolsharfe"),
        ("md", "| Äolsharfe |"),
        ("csv", "Äolsharfe,Frame,0,2"),
        ("latex", r"\toprule"),
    ],
)
@pytest.mark.usefixtures("small")
def test_every_format_is_printed(format: str, mark: str) -> None:
    assert mark in run("report", "--study", "small", "--format", format)


@pytest.mark.usefixtures("small")
def test_intervals_and_level_can_be_chosen() -> None:
    text = run("report", "--study", "small", "--ci", "wilson", "--alpha", "0.1")
    assert "90% intervals (alpha 0.1): Wilson" in text


def test_a_bootstrap_draws_from_the_seed_of_the_study(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    frame(cell_rows("Dog", "Flow", spread(60, 40))).to_csv(path, index=False)
    run("import_votes", str(path), "--study", "dogs")
    seed = Study.objects.get(slug="dogs").seed
    text = run("report", "--study", "dogs", "--ci", "bootstrap")
    assert "item-and-rater bootstrap, conservative" in text
    assert f"2,000 replicates from seed {seed}" in text


@pytest.mark.usefixtures("small")
def test_out_writes_every_format_besides(tmp_path: Path) -> None:
    folder = tmp_path / "report"
    printed = run("report", "--study", "small", "--out", str(folder))
    suffixes = {path.suffix for path in folder.rglob("*") if path.is_file()}
    texts = {".txt", ".md", ".csv", ".tex", ".json", ".html"}
    assert suffixes == {*texts, ".svg", ".pdf"}
    assert "Zither" in printed


@pytest.mark.usefixtures("small")
def test_an_archive_makes_the_report_again_without_the_database(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive, here, there = (tmp_path / name for name in ("a.zip", "here", "there"))
    printed = run(
        *("report", "--study", "small", "--archive", str(archive), "--out", str(here)),
        "--no-mixed",
    )
    assert main([str(archive)]) == 0
    assert capsys.readouterr().out == printed
    assert main([str(archive), "--out", str(there), "--no-mixed"]) == 0
    files = [path.relative_to(here) for path in here.rglob("*") if path.is_file()]
    assert len(files) > 20
    for file in files:
        assert (there / file).read_bytes() == (here / file).read_bytes(), file
    # an import keeps its raters' names; the archive has their hashes
    with zipfile.ZipFile(archive) as packed:
        assert "import:" not in packed.read("votes.csv").decode()


@pytest.mark.usefixtures("small")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    with pytest.raises(CommandError, match=f"cannot write to {taken}"):
        run("report", "--study", "small", "--out", str(taken))


@pytest.mark.usefixtures("small")
def test_the_studies_are_listed() -> None:
    listed = run("studies")
    assert "small" in listed
    assert "8 of 8 votes, 4 items" in listed


@pytest.mark.slow
def test_the_papers_table_is_printed_to_the_digit(shared: Path) -> None:
    file = shared / "data" / "vegas_votes.csv.gz"
    assert "15,360 votes stored" in run("import_votes", str(file), "--study", "vegas")
    table = run("report", "--study", "vegas")
    # the counts of Table 2 of Visual to Sound, and its percentages rounded half up
    with REFERENCE.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(line for line in handle if not line.startswith("#")))
    cells = json.loads(run("report", "--study", "vegas", "--format", "json"))
    assert len(rows) == 40
    for row in rows:
        line = next(
            each for each in table.splitlines() if each.startswith(row["category"])
        )
        assert f" {row['printed']} [" in line, row
    average = next(each for each in table.splitlines() if each.startswith("Average"))
    assert all(f" {share} [" in average for share in AVERAGE.values())
    assert cells["schema_version"]
