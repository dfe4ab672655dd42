"""Studies, progress, votes and report."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from studies.models import Study
from studies.services.import_votes import import_votes
from studies.services.votes_file import read_file
from tests.admin.judged import judged_study
from tests.commands.votes import votes_file
from tests.worlds import built_study

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def study(db: None, tmp_path: Path) -> Study:
    return import_votes(
        votes_file(tmp_path), slug="small", title="Small", now=NOW
    ).study


def test_studies_are_listed_in_pages(admin: APIClient, study: Study) -> None:
    built_study()
    said = admin.get("/api/studies/").json()
    assert said["count"] == 2
    assert {row["slug"] for row in said["results"]} == {"small", "tiny"}


def test_one_study_tells_its_rows_and_columns(admin: APIClient, study: Study) -> None:
    said = admin.get("/api/studies/small/").json()
    assert said["title"] == "Small"
    assert said["state"] == "closed"
    assert said["categories"] == ["Zither", "Äolsharfe"]
    assert said["systems"] == ["Frame", "Seq", "real"]
    assert "salt" not in said


def test_progress_counts_votes(admin: APIClient, study: Study) -> None:
    said = admin.get("/api/studies/small/progress/").json()
    assert (said["votes_counted"], said["votes_wanted"], said["percent"]) == (8, 8, 100)
    assert said["sessions"] == {"approved": 2}
    assert said["categories"][0]["category"] == "Zither"


def test_votes_come_in_pages_with_hashed_raters(admin: APIClient, study: Study) -> None:
    said = admin.get("/api/studies/small/votes/?page_size=3").json()
    assert said["count"] == 8
    assert len(said["results"]) == 3
    assert "page=2" in said["next"]
    raters = {row["worker_id"] for row in said["results"]}
    assert all(len(rater) == 32 and "w1" not in rater for rater in raters)
    assert said["results"][0]["seconds"] is None


def test_the_same_rater_is_another_in_another_study(
    admin: APIClient, study: Study, tmp_path: Path
) -> None:
    import_votes(votes_file(tmp_path), slug="other", now=NOW)
    raters = [
        {
            row["worker_id"]
            for row in admin.get(f"/api/studies/{slug}/votes/").json()["results"]
        }
        for slug in ("small", "other")
    ]
    assert [len(names) for names in raters] == [2, 2]
    assert not raters[0] & raters[1]


def test_votes_as_csv_can_be_read_back(
    admin: APIClient, study: Study, tmp_path: Path
) -> None:
    reply = admin.get("/api/studies/small/votes/?format=csv")
    assert reply["Content-Type"] == "text/csv; charset=utf-8"
    assert "small-votes.csv" in reply["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(reply.content.decode())))
    assert len(rows) == 8
    back = tmp_path / "back.csv"
    back.write_bytes(reply.content)
    assert read_file(back).votes["vote"].sum() == 4


def test_an_empty_study_exports_a_header_and_no_votes(admin: APIClient) -> None:
    built_study()
    assert admin.get("/api/studies/tiny/votes/").json()["results"] == []
    lines = admin.get("/api/studies/tiny/votes/?format=csv").content.splitlines()
    assert len(lines) == 1


def test_the_report_is_the_one_of_the_command(admin: APIClient, study: Study) -> None:
    out = io.StringIO()
    call_command("report", "--study", "small", "--format", "json", stdout=out)
    assert admin.get("/api/studies/small/report/").json() == json.loads(out.getvalue())


def test_the_reports_intervals_can_be_chosen(admin: APIClient, study: Study) -> None:
    said = admin.get("/api/studies/small/report/?ci=wilson&alpha=0.1").content.decode()
    assert "Wilson" in said
    for wrong in ("ci=guess", "alpha=2", "alpha=x"):
        reply = admin.get(f"/api/studies/small/report/?{wrong}")
        assert reply.status_code == 400
        assert wrong.partition("=")[0] in reply.json()


@pytest.mark.parametrize(
    "path", ["", "progress/", "votes/", "votes/?format=csv", "report/"]
)
def test_an_unknown_study_is_not_found(path: str, admin: APIClient) -> None:
    reply = admin.get(f"/api/studies/nope/{path}")
    assert reply.status_code == 404


def test_addresses_that_do_not_exist_answer_in_json(db: None) -> None:
    reply = APIClient().get("/api/nothing/here/")
    assert reply.status_code == 404
    assert "/api/docs/" in reply.json()["detail"]


def test_votes_of_simulated_raters_say_so(admin: APIClient) -> None:
    study = judged_study(sessions=2)
    person, robot = study.assignments.order_by("pk")
    for trial in robot.trials.all():
        trial.rater = "mturk:ASIM1R0001"
        trial.save()
    said = admin.get(f"/api/studies/{study.slug}/votes/").json()["results"]
    assert sorted(row["recruiter"] for row in said) == ["mturk"] * 4 + ["simulated"] * 4
    assert person.trials.count() == 4
