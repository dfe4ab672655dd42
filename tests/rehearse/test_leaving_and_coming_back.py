"""Raters who leave in the middle, and a rehearsal that is started again."""

import pytest

from marketplace.models import Assignment as Accepted
from studies.models import Study
from studies.services.publish import launch
from studies.services.rehearsal import Population, rehearse
from studies.services.rehearsal.session import Outcome
from tests.worlds import World, built_study

WORLD = World(
    categories=2,
    clips_per_category=1,
    systems=("real", "frame"),
    media=True,
    settings={"votes_per_item": 1, "practice_items": 0, "catch_items": 0},
)


@pytest.fixture
def study(site: None) -> Study:
    return launch(built_study(WORLD), "mturk")


def test_a_rater_who_returns_hands_the_place_back(study: Study) -> None:
    summary = rehearse(study, Population(1, 1, returning=1.0), workers=1)
    assert (summary.left, summary.sessions) == (1, 0)
    assert Accepted.objects.get().status == Accepted.Status.RETURNED
    assert "held by sessions that were left in the middle" in summary.ended


def test_a_rater_who_walks_away_keeps_the_place(study: Study) -> None:
    rehearse(study, Population(1, 1, abandoning=1.0), workers=1)
    assert Accepted.objects.get().status == Accepted.Status.ACCEPTED


def test_a_second_rehearsal_takes_up_what_its_raters_hold(study: Study) -> None:
    rehearse(study, Population(1, 1, abandoning=1.0), workers=1)
    summary = rehearse(study, Population(2, 1, abandoning=1.0), workers=1)
    assert summary.sessions == 1
    summary = rehearse(study, Population(2, 1, abandoning=1.0), workers=1)
    assert summary.votes_counted == summary.votes_wanted == 4
    assert study.assignments.filter(rater="mturk:ASIM1R0001").count() == 1
    assert study.state == Study.State.CLOSED


def test_what_ends_a_rehearsal_early_stops_every_rater(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_args: object) -> Outcome:
        raise KeyboardInterrupt

    monkeypatch.setattr("studies.services.rehearsal.run.work_session", interrupted)
    with pytest.raises(KeyboardInterrupt):
        rehearse(study, Population(3, 1), workers=2)
    study.refresh_from_db()
    assert study.state == Study.State.LIVE
