"""Simulated raters work through a whole study over HTTP."""

from dataclasses import replace

import pytest
from django.db.models import Count

from studies.models import Assignment, Study, Trial, Vote
from studies.selectors import votes_frame
from studies.services.publish import launch
from studies.services.rehearsal import Population, RehearsalSummary, rehearse
from studies.services.report import render_report
from tests.worlds import World, built_study

pytestmark = pytest.mark.slow
WORLD = World(
    categories=3,
    clips_per_category=1,
    systems=("real", "frame"),
    media=True,
    settings={"votes_per_item": 2, "practice_items": 1, "catch_items": 1},
)


@pytest.fixture
def done(site: None) -> tuple[Study, RehearsalSummary]:
    study = launch(built_study(WORLD), "mturk")
    return study, rehearse(study, Population(6, 1, lapse=0.0), workers=2)


def test_a_rehearsal_completes_a_study(done: tuple[Study, RehearsalSummary]) -> None:
    study, summary = done
    assert study.state == Study.State.CLOSED
    assert (summary.votes_counted, summary.votes_wanted) == (12, 12)
    assert summary.sessions == study.assignments.filter(state="approved").count()
    assert summary.left == 0
    assert summary.page_p50_ms is not None
    assert summary.save_p95_ms is not None
    _every_item_has_its_votes_by_different_people(study)
    _nobody_meets_a_clip_twice(study)
    _sessions_are_marked_as_simulated(study)
    _votes_were_played_to_the_end(study)


def test_the_same_seed_gives_the_same_votes_even_in_a_shared_group(
    site: None,
) -> None:
    # the same title and reward: one group on the marketplace holds both studies
    studies = [
        launch(built_study(replace(WORLD, slug=slug, categories=2)), "mturk")
        for slug in ("one", "two")
    ]
    given = []
    for study in studies:
        rehearse(study, Population(9, 4), workers=1)
        frame = votes_frame(study)[["item_id", "worker_id", "vote"]]
        given.append(sorted(frame.itertuples(index=False, name=None)))
    assert len(given[0]) == 8
    assert given[0] == given[1]


def test_places_of_a_recruiter_that_nobody_simulates_are_named(site: None) -> None:
    study = launch(built_study(WORLD), "mturk", "link=1")
    summary = rehearse(study, Population(9, 1, lapse=0.0), workers=2)
    assert summary.votes_counted < summary.votes_wanted
    assert summary.ended.startswith("what lacks waits for raters of link, and the ")


def _every_item_has_its_votes_by_different_people(study: Study) -> None:
    counts = (
        Vote.objects.filter(trial__study=study)
        .counted()
        .values("trial__item")
        .annotate(votes=Count("pk"), people=Count("trial__rater", distinct=True))
    )
    assert [(row["votes"], row["people"]) for row in counts] == [(2, 2)] * 6


def _nobody_meets_a_clip_twice(study: Study) -> None:
    met = Trial.objects.filter(study=study, kind="scored", state="answered")
    pairs = list(met.values_list("rater", "clip"))
    assert len(pairs) == len(set(pairs))


def _sessions_are_marked_as_simulated(study: Study) -> None:
    sessions = Assignment.objects.filter(study=study)
    assert {row.client["simulated"] for row in sessions} == {True}
    assert all(row.rater.startswith("mturk:ASIM") for row in sessions)
    assert "simulated raters" in render_report(study)
    assert study.events.filter(kind="rehearsal").count() == 1


def _votes_were_played_to_the_end(study: Study) -> None:
    votes = Vote.objects.filter(trial__study=study)
    assert all(vote.telemetry["ended"] for vote in votes)
    assert all(vote.telemetry["bytes"] > 1000 for vote in votes)
