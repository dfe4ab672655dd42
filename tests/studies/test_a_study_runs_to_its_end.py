"""Launch, raters, advance: every item gets its votes, everybody is paid once."""

import pytest
from django.db.models import F

from studies.errors import RefusedError
from studies.models import Assignment, Payment, Study, Vote
from studies.selectors import progress, votes_frame
from studies.services.collect import advance
from studies.services.publish import launch
from tests.fakes import FakeRecruiter
from tests.studies.conftest import free_posting, work
from tests.worlds import World, built_study

pytestmark = pytest.mark.django_db


def run_to_the_end(study: Study, fake: FakeRecruiter, spammers: int = 0) -> int:
    """Let raters come until the study is closed; return how many worked."""
    worked = 0
    for number in range(200):
        posting = free_posting(study)
        if posting is None:
            advance(study)
            posting = free_posting(study)
        if posting is None:
            break
        try:
            work(
                fake, posting, number, (lambda _t: "real") if number < spammers else str
            )
        except RefusedError as error:
            if error.code != "nothing_left":
                raise
        else:
            worked += 1
    advance(study)
    return worked


def test_every_item_gets_its_votes_and_the_study_closes_itself(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(World(categories=6, clips_per_category=1)), "mturk")
    run_to_the_end(study, recruiter)
    study.refresh_from_db()
    assert study.state == Study.State.CLOSED
    assert Vote.objects.counted().count() == 24 * 3
    per_item = votes_frame(study).groupby("item_id")["worker_id"].nunique()
    assert (per_item == 3).all()
    assert recruiter.expired == set(recruiter.postings)


def test_everybody_who_submitted_is_paid_exactly_once(recruiter: FakeRecruiter) -> None:
    study = launch(built_study(), "mturk")
    worked = run_to_the_end(study, recruiter)
    assert Payment.objects.filter(state=Payment.State.CONFIRMED).count() == worked
    assert recruiter.calls["approve"] == worked
    assert (
        recruiter.money
        == 1000 - worked * recruiter.cost(1, study.reward_usd, 9).total_usd
    )
    assert progress(study).spent_usd == 1000 - recruiter.money


def test_sessions_that_fail_their_catch_items_are_paid_and_made_up_for(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(World(categories=6, clips_per_category=1)), "mturk")
    run_to_the_end(study, recruiter, spammers=3)
    unused = Assignment.objects.filter(used=False)
    assert unused.count() == 3
    assert set(unused.values_list("state", flat=True)) == {"approved"}
    assert Vote.objects.counted().count() == 24 * 3
    assert not study.items.scored().filter(taken__gt=F("places")).exists()


def test_advancing_twice_changes_nothing(recruiter: FakeRecruiter) -> None:
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    work(recruiter, posting, 1)
    advance(study)
    before = progress(study)
    calls = recruiter.calls["approve"], recruiter.calls["open"]
    for _ in range(3):
        advance(study)
    assert progress(study) == before
    assert (recruiter.calls["approve"], recruiter.calls["open"]) == calls


def test_the_hard_cap_stops_recruiting_and_says_so(recruiter: FakeRecruiter) -> None:
    study = built_study(World(categories=6, clips_per_category=1))
    launch(study, "mturk")
    Study.objects.update(hard_cap_usd="0.48")
    posting = free_posting(study)
    assert posting is not None
    for number in range(3):
        work(recruiter, posting, number)
    advance(study)
    study.refresh_from_db()
    assert progress(study).spent_usd <= study.hard_cap_usd
    assert "hard cap of $0.48" in study.problem
