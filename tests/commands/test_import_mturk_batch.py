"""`import_votes` takes the results file of an MTurk batch."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from studies.models import Study
from studies.selectors import votes_frame
from tests.analysis.batch import assignment, batch, item

pytestmark = pytest.mark.django_db

NAMES = {"item_id": "a-f", "category": "Dog", "method": "Flow", "source_video": "a"}


def results(folder: Path) -> Path:
    statuses = {"W1": "Approved", "W2": "Submitted", "W3": "Rejected"}
    return batch(
        folder,
        [
            (
                assignment(1, worker, status=status),
                item(**NAMES) | {"Answer.choice.real": str(worker != "W2").lower()},
            )
            for worker, status in statuses.items()
        ],
    )


def test_a_batch_becomes_a_study_and_says_what_was_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import_votes", str(results(tmp_path)), "--study", "batch")
    frame = votes_frame(Study.objects.get(slug="batch"))
    assert sorted(frame["vote"]) == [0, 1]
    said = capsys.readouterr()
    assert "batch: 2 votes stored" in said.out
    assert "1 rejected assignment left out" in said.err
    call_command("report", "--study", "batch")
    assert "1 rejected assignment left out." in " ".join(
        capsys.readouterr().out.split()
    )


def test_rejected_work_can_be_kept(tmp_path: Path) -> None:
    path = str(results(tmp_path))
    call_command("import_votes", path, "--study", "batch", "--keep-rejected")
    assert len(votes_frame(Study.objects.get(slug="batch"))) == 3


def test_what_does_not_fit_is_told_and_stores_nothing(tmp_path: Path) -> None:
    path = str(results(tmp_path))
    with pytest.raises(CommandError, match="there is no column"):
        call_command(
            "import_votes", path, "--study", "batch", "--columns", "category=Input.kind"
        )
    assert not Study.objects.exists()
