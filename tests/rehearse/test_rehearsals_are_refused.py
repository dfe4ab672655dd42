"""Simulated raters never meet real ones."""

import pytest
from pytest_django import Settings

from studies.errors import StudyError
from studies.services.rehearsal import Population, rehearse
from tests.worlds import built_study, live_study

ONE = Population(1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["MTURK_ENDPOINT_URL", "MARKETPLACE_URL", "SITE_URL"])
def test_away_from_this_machine_nothing_is_rehearsed(
    name: str, settings: Settings
) -> None:
    setattr(settings, name, "https://mturk-requester.us-east-1.amazonaws.com")
    with pytest.raises(StudyError, match=rf"{name} .*not this machine"):
        rehearse(live_study(), ONE)


@pytest.mark.django_db
def test_a_study_that_is_not_live_says_what_to_do() -> None:
    with pytest.raises(StudyError, match=r"only a live study.*launch --study tiny"):
        rehearse(built_study(), ONE)


@pytest.mark.django_db
def test_another_recruiters_study_is_refused() -> None:
    study = live_study()
    study.channels.update(recruiter="link")
    study.postings.update(recruiter="link")
    with pytest.raises(StudyError, match="recruits by link"):
        rehearse(study, ONE)


@pytest.mark.django_db
def test_no_workers_are_refused() -> None:
    with pytest.raises(StudyError, match="--workers is 0"):
        rehearse(live_study(), ONE, workers=0)
