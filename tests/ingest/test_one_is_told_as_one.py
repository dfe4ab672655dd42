"""One file, clip or session is told in the singular."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string

from studies.models import Event, Upload
from studies.services import uploads
from studies.services.declared import rules_text
from studies.services.shares import Share, misfits
from tests.ingest.conftest import GOOD, listed
from tests.worlds import NOW


@pytest.mark.django_db
def test_one_file_taken_in_is_one(
    folder: Path, looked_at_once: None, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = listed(folder, ["one,Dog,real,a.mp4"])
    call_command("ingest", str(manifest), study="pets")
    assert "pets: 1 file stored, 0 known before" in capsys.readouterr().out
    assert Event.objects.get(kind="ingest").message.startswith("1 file taken in from")


@pytest.mark.django_db
def test_one_file_uploaded_is_one(folder: Path, looked_at_once: None) -> None:
    manifest = listed(folder, ["one,Dog,real,a.mp4"])
    upload = uploads.read(
        Upload.objects.create(slug="u", manifest=str(manifest)), now=NOW
    )
    assert upload.summary == "1 file stored, 0 known already."


@pytest.mark.django_db
def test_one_clip_more_is_one(folder: Path, looked_at_once: None) -> None:
    rows = [f"c{n},Dog,real,a.mp4" for n in range(11)]
    manifest = str(listed(folder, [*rows, *GOOD]))
    upload = Upload.objects.create(slug="u", manifest=manifest)
    assert "and 1 clip more" in uploads.read(upload, now=NOW).warnings


def test_one_session_asked_for_is_one() -> None:
    assert misfits([Share("panel", 1)], 0) == [
        "1 session is asked for, the study needs 0"
    ]


def test_one_second_is_one() -> None:
    assert "less than 1 second;" in rules_text({"min_answer_seconds": 1}) + ";"
    assert "less than 1.5 seconds;" in rules_text({"min_answer_seconds": 1.5}) + ";"


@pytest.mark.parametrize(
    ("clips", "told"), [(1, "1 short video"), (2, "2 short videos")]
)
@pytest.mark.parametrize("page", ["offer", "steps"])
def test_one_video_offered_is_one(clips: int, told: str, page: str) -> None:
    terms = {"clips": clips, "minutes": 1, "minutes_allowed": 30}
    text = render_to_string(f"rating/{page}.html", {"terms": terms})
    words = {"offer": ", one question each", "steps": " and say for each"}
    assert f"{told}{words[page]}" in text
