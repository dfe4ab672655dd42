"""manage.py report --by recruiter, the API's and the admin's: who sent the raters."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from rest_framework.test import APIClient

from studies.models import Study
from studies.selectors import votes_frame
from tests.admin.judged import judged_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """Four votes by each of three raters, the last of whom came by a link."""
    made = judged_study()
    made.channels.create(recruiter="link", sessions=1)
    last = made.assignments.last()
    assert last is not None
    name = last.rater.replace("mturk:", "link:")
    made.assignments.filter(pk=last.pk).update(rater=name)
    last.trials.update(rater=name)
    return made


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def boss() -> User:
    return User.objects.create_superuser("boss", password="x")


def test_the_report_has_a_table_for_each_recruiter(study: Study) -> None:
    text = run("report", "--study", "judged", "--by", "recruiter")
    for title in ("by recruiter", "recruiter link", "recruiter mturk"):
        assert f"A tiny study, {title}\n" in text
    assert "12 votes on" in text
    assert "4 votes on" in text
    assert "8 votes on" in text


def test_the_shares_are_those_of_the_votes(study: Study) -> None:
    said = json.loads(
        run("report", "--study", "judged", "--by", "recruiter", "--format", "json")
    )
    frame = votes_frame(study)
    for part in said["parts"]:
        mine = frame[frame["recruiter"] == part["value"]]
        assert part["table"]["votes"] == len(mine) > 0
        for cell in part["table"]["average"]:
            assert cell["total"] == len(mine[mine["method"] == cell["method"]])


def test_files_for_each_are_written_besides(study: Study, tmp_path: Path) -> None:
    run("report", "--study", "judged", "--by", "recruiter", "--out", str(tmp_path))
    assert {path.name for path in tmp_path.glob("by-*")} == {
        f"by-recruiter.{ending}"
        for ending in ("txt", "md", "csv", "tex", "json", "html")
    }


def test_nothing_else_splits_a_report(study: Study) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'worker_id'"):
        run("report", "--study", "judged", "--by", "worker_id")


def test_the_api_gives_the_parts_and_names_nobody(study: Study, boss: User) -> None:
    client = APIClient()
    client.force_authenticate(boss)
    said = client.get("/api/studies/judged/report/?by=recruiter")
    values = [part["value"] for part in said.json()["parts"]]
    assert values == ["link", "mturk"]
    assert not any(rater in said.content.decode() for rater in _raters(study))
    assert client.get("/api/studies/judged/report/?by=worker_id").status_code == 400
    votes = client.get("/api/studies/judged/votes/?format=csv").content.decode()
    assert votes.splitlines()[0].endswith(",seconds,recruiter")
    assert sum(line.endswith(",link") for line in votes.splitlines()) == 4
    assert not any(rater in votes for rater in _raters(study))


def test_the_admins_report_shows_and_gives_them(study: Study, boss: User) -> None:
    client = Client()
    client.force_login(boss)
    url = f"/admin/studies/study/{study.pk}/report/"
    page = client.get(url).content.decode()
    assert 'id="by-recruiter"' in page
    answer = client.get(f"{url}text/?by=recruiter")
    assert 'filename="judged-by-recruiter-interim.txt"' in answer["Content-Disposition"]
    assert "recruiter link" in answer.content.decode()
    assert client.get(f"{url}text/?by=worker_id").status_code == 404
    study.channels.filter(recruiter="link").delete()
    assert 'id="by-recruiter"' not in client.get(url).content.decode()


def _raters(study: Study) -> list[str]:
    return [name.partition(":")[2] for name in votes_frame(study)["worker_id"].unique()]
