"""`export` writes what others need to analyse a study, and no rater's name."""

import csv
import gzip
from pathlib import Path

import pandas as pd
import pytest
from django.core.management import CommandError, call_command

from analysis.votes import read_votes
from studies.models import Study
from studies.selectors import votes_frame
from studies.services.export import export_frames
from tests.admin.judged import judged_study
from tests.commands.votes import votes_file

pytestmark = pytest.mark.django_db


def exported(study: Study, out: Path) -> list[str]:
    call_command("export", "--study", study.slug, "--out", str(out))
    return sorted(file.name for file in out.parent.iterdir())


def test_votes_sessions_and_their_dictionary_are_written(tmp_path: Path) -> None:
    study = judged_study()
    assert exported(study, tmp_path / "out" / "votes.csv") == [
        "votes.csv",
        "votes.dictionary.csv",
        "votes.dictionary.md",
        "votes.sessions.csv",
    ]
    votes = pd.read_csv(tmp_path / "out" / "votes.csv", keep_default_na=False)
    counted = votes[votes["used"] == 1]
    assert len(counted) == len(votes_frame(study)) > 0
    assert counted["vote"].sum() == votes_frame(study)["vote"].sum()
    assert set(counted["excluded"]) == {""}
    sessions = pd.read_csv(tmp_path / "out" / "votes.sessions.csv")
    assert set(votes["session_id"]) <= set(sessions["session_id"])


def test_no_file_holds_the_name_of_a_rater(tmp_path: Path) -> None:
    study = judged_study()
    raters = set(study.assignments.values_list("rater", flat=True))
    exported(study, tmp_path / "votes.csv")
    text = "".join(file.read_text() for file in tmp_path.iterdir())
    assert raters
    assert not [rater for rater in raters if rater.split(":")[-1] in text]


def test_votes_and_sessions_call_a_rater_by_one_name(tmp_path: Path) -> None:
    votes, sessions = export_frames(judged_study())
    assert set(votes["worker_id"]) <= set(sessions["worker_id"])
    assert votes["worker_id"].str.fullmatch("[0-9a-f]{32}").all()


def test_the_dictionary_describes_every_column_of_both_files(tmp_path: Path) -> None:
    exported(judged_study(), tmp_path / "votes.csv")
    with (tmp_path / "votes.dictionary.csv").open(encoding="utf-8", newline="") as file:
        described = {(row["file"], row["column"]) for row in csv.DictReader(file)}
    columns = {
        (name, column)
        for name in ("votes.csv", "votes.sessions.csv")
        for column in pd.read_csv(tmp_path / name).columns
    }
    assert described == columns


def test_the_written_votes_can_be_analysed_and_gzipped(tmp_path: Path) -> None:
    study = judged_study()
    exported(study, tmp_path / "votes.csv.gz")
    first = (tmp_path / "votes.csv.gz").read_bytes()
    exported(study, tmp_path / "votes.csv.gz")
    assert (tmp_path / "votes.csv.gz").read_bytes() == first
    assert gzip.decompress(first).startswith(b"item_id,category,method,source_video,")
    assert len(read_votes(tmp_path / "votes.csv.gz")) >= len(votes_frame(study))


def test_an_import_is_exported_too(tmp_path: Path) -> None:
    call_command("import_votes", str(votes_file(tmp_path)), "--study", "small")
    votes, _ = export_frames(Study.objects.get(slug="small"))
    assert len(votes) == 8
    assert set(votes["used"]) == {1}


def test_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    study = judged_study()
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError, match="cannot write to"):
        call_command(
            "export", "--study", study.slug, "--out", str(tmp_path / "file" / "v.csv")
        )
