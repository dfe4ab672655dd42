"""A posting that somebody ended at the recruiter is told: nothing waits for ever."""

from datetime import timedelta

import pytest
from django.utils import timezone

from studies.models import Posting, Study
from studies.services.channels import stop
from studies.services.collect import advance
from studies.services.ended import QUIET
from studies.services.publish import launch
from tests.fakes import FakeRecruiter
from tests.studies.conftest import work
from tests.worlds import World, built_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(recruiter: FakeRecruiter) -> Study:
    """A live study whose first posting was ended on the recruiter's own pages."""
    made = launch(built_study(World(settings={"places_per_posting": 4})), "mturk")
    recruiter.expired.add(made.postings.get(number=1).external_id)
    return made


def pass_time() -> None:
    long_ago = timezone.now() - QUIET - timedelta(seconds=1)
    Posting.objects.update(opened_at=long_ago)


def test_an_ended_posting_with_free_places_is_told_with_what_to_do(
    recruiter: FakeRecruiter, study: Study
) -> None:
    work(recruiter, study.postings.get(number=1), 1)
    pass_time()
    study.assignments.update(started_at=timezone.now() - timedelta(hours=1))
    [problem] = advance(study).problems
    assert "posting 1 was ended at mturk, and 3 of its places are free" in problem
    assert "manage.py extend --study tiny --posting 1 --places 4" in problem
    study.refresh_from_db()
    assert study.problem == problem


def test_nothing_is_sold_again_by_itself(
    recruiter: FakeRecruiter, study: Study
) -> None:
    pass_time()
    before = len(recruiter.postings)
    assert advance(study).new_places == 0
    assert len(recruiter.postings) == before


def test_once_it_is_extended_or_stopped_nothing_is_told(
    recruiter: FakeRecruiter, study: Study
) -> None:
    pass_time()
    recruiter.expired.clear()
    assert advance(study).problems == []
    study.refresh_from_db()
    assert study.problem == ""
    recruiter.expired.update(recruiter.postings)
    stop(study, "mturk")
    assert not any("was ended" in text for text in advance(study).problems)


def test_one_that_raters_still_come_to_is_not_asked_about(
    recruiter: FakeRecruiter, study: Study
) -> None:
    assert advance(study).problems == []
