"""An item is done once it has all its usable votes, not when its places are leased."""

import pytest
from django.db.models import F

from studies.models import Item
from studies.selectors import progress
from studies.services.publish import launch
from tests.fakes import FakeRecruiter
from tests.studies.conftest import free_posting, work
from tests.studies.test_a_study_runs_to_its_end import run_to_the_end
from tests.worlds import built_study

pytestmark = pytest.mark.django_db


def test_places_that_are_held_make_no_item_done(recruiter: FakeRecruiter) -> None:
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    work(recruiter, posting, 1)
    Item.objects.scored().update(taken=F("places"))
    found = progress(study)
    assert found.votes_held == found.votes_wanted
    assert found.items_done == 0


def test_of_a_study_that_ran_to_its_end_all_items_are_done(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(), "mturk")
    run_to_the_end(study, recruiter)
    found = progress(study)
    assert found.items_done == found.items == study.items.scored().count()
    assert found.votes_counted == found.votes_wanted
    for row in found.categories:
        assert row.items_done == row.items
        assert row.counted == row.wanted
