"""`plan` says what a study can show, from a study or from numbers."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.commands.votes import votes_file
from tests.worlds import World, built_study, drop_sounds

pytestmark = pytest.mark.django_db

FEW = ("--studies", "2", "--seed", "1")


def planned(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("plan", *arguments, *FEW)
    return capsys.readouterr().out


def test_numbers_alone_make_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    text = planned(
        capsys, "--clips", "12", "--categories", "2", "--systems", "2", "--cap", "20"
    )
    assert "24 clips in 2 categories, Frame, Seq, Real, 3 votes per item" in text
    assert "Verdict" in text


def test_a_study_gives_its_size_and_its_prices(
    capsys: pytest.CaptureFixture[str],
) -> None:
    built_study(World(categories=2, clips_per_category=8))
    text = planned(capsys, "--study", "tiny", "--recruiter", "mturk")
    assert "16 clips in 2 categories, frame, seq, flow, real" in text
    # 192 votes in 20 sessions of 10, $0.20 and a fee of $0.04 each
    assert "$4.80 by mturk" in text


def test_a_study_with_gaps_is_planned_with_them_unless_its_size_is_given(
    capsys: pytest.CaptureFixture[str],
) -> None:
    drop_sounds(built_study(), "frame", keep=2)
    text = " ".join(planned(capsys, "--study", "tiny", "--votes", "4").split())
    assert "4 votes per item: 80 votes on 20 of 24 items" in text
    assert "frame is on 2 of 6 clips" in text
    assert "frame is on" not in planned(capsys, "--study", "tiny", "--clips", "9")


def test_what_is_given_counts_more_than_the_study(
    capsys: pytest.CaptureFixture[str],
) -> None:
    built_study(World(categories=2, clips_per_category=8))
    text = planned(
        capsys, "--study", "tiny", "--clips", "50", "--votes", "5", "--format", "json"
    )
    asked = json.loads(text)["asked"]
    assert (asked["clips"], asked["votes_per_item"]) == (100, 5)


def test_a_study_can_be_the_pilot(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    call_command("import_votes", str(votes_file(tmp_path)), "--study", "pilot")
    capsys.readouterr()
    text = planned(
        capsys, "--clips", "12", "--systems", "Frame,Seq", "--pilot", "pilot"
    )
    assert "the pilot's 8 votes" in " ".join(text.split())


def test_a_reward_gives_prices_without_a_study(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = planned(
        capsys,
        *("--clips", "10", "--categories", "1", "--systems", "1", "--reward", "0.50"),
        *("--budget", "1"),
    )
    # 60 votes in 6 sessions of $0.50 and a fee of 20 %; links cost nothing here
    assert "$3.60 by mturk, rewards and fees, above the budget of $1.00" in text
    assert "by link" not in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "--clips"),
        (("--study", "none"), "there is no study 'none'"),
        (("--clips", "10", "--raters", "2"), "raters are needed"),
        (("--clips", "10", "--pilot", "none"), "there is no study 'none'"),
        (("--clips", "10", "--budget", "5"), "price of a session"),
    ],
)
def test_what_is_missing_is_said(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("plan", *arguments, *FEW)
