"""launch --recruiter link prints the open link, invite the personal ones."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from studies.models import Study
from tests.worlds import built_study

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out, stderr=StringIO())
    return out.getvalue()


@pytest.fixture
def study() -> Study:
    built_study()
    run("launch", "--study", "tiny", "--recruiter", "link")
    return Study.objects.get()


def test_launching_by_links_prints_the_open_link() -> None:
    study = built_study()
    out = run("launch", "--study", "tiny", "--recruiter", "link")
    assert "nothing is paid here" in out
    assert "on 1 posting" in out
    assert "= $0.00" in out
    assert f"Raters by link find it at {study.postings.get().url}\n" in out
    assert "&open=" in out


def test_invitations_are_a_table_of_links(study: Study) -> None:
    rows = list(
        csv.DictReader(StringIO(run("invite", "--study", "tiny", "--number=3")))
    )
    assert [row["number"] for row in rows] == ["1", "2", "3"]
    assert len({row["rater"] for row in rows}) == 3
    for row in rows:
        assert row["rater"].removeprefix("link:") in row["link"]
        assert row["link"].startswith("http://localhost:8000/rate/tiny/?p=")
    assert study.events.filter(kind="invite").count() == 1


def test_a_file_of_links_is_for_its_owner_and_never_written_over(
    study: Study, tmp_path: Path
) -> None:
    out = tmp_path / "links.csv"
    assert run("invite", "--study", "tiny", "--number", "2", "--out", str(out)) == ""
    assert len(out.read_text().splitlines()) == 3
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="is there already"):
        run("invite", "--study", "tiny", "--number", "2", "--out", str(out))
    with pytest.raises(CommandError, match="cannot write"):
        run("invite", "--study=tiny", "--number=1", "--out", str(tmp_path / "no/a.csv"))


def test_what_cannot_be_invited_to_is_said() -> None:
    built_study()
    with pytest.raises(CommandError, match="launch it with --recruiter link"):
        run("invite", "--study", "tiny", "--number", "1")
    with pytest.raises(CommandError, match="there is no study 'nope'"):
        run("invite", "--study", "nope", "--number", "1")
