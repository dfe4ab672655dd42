"""More places on a posting, or more time: once, within the caps, and resumed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from studies.errors import RecruiterError, StudyError, WrongStateError
from studies.models import Posting, Study
from studies.selectors import committed_usd
from studies.services.channels import stop
from studies.services.collect import advance
from studies.services.extending import extend, plan_extension
from studies.services.publish import close, launch
from tests.fakes import FakeRecruiter
from tests.worlds import World, built_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(recruiter: FakeRecruiter) -> Study:
    world = World(settings={"places_per_posting": 4})
    return launch(built_study(world), "mturk")


def test_a_posting_grows_and_is_paid_for_once(
    recruiter: FakeRecruiter, study: Study
) -> None:
    before = committed_usd(study)
    assert plan_extension(study, 1, 9).total_usd == 5 * Decimal("0.24")
    for _ in range(2):
        posting = extend(study, 1, 9)
    assert recruiter.postings[posting.external_id].places == 9
    assert committed_usd(study) - before == 5 * Decimal("0.24")
    assert study.events.filter(kind="extend").count() == 1
    assert plan_extension(study, 1, 9).total_usd == 0


def test_a_posting_whose_time_is_over_takes_raters_again(
    recruiter: FakeRecruiter, study: Study
) -> None:
    posting = study.postings.get(number=1)
    recruiter.expire(posting.external_id)
    over = timezone.now() - timedelta(hours=1)
    study.postings.filter(number=1).update(state="closed", expires_at=over)
    # its four places were given up, and are bought again
    assert plan_extension(study, 1, 4).total_usd == 4 * Decimal("0.24")
    posting = extend(study, 1, 4)
    assert posting.state == Posting.State.OPEN
    assert posting.external_id not in recruiter.expired
    assert posting.expires_at is not None
    assert posting.expires_at > timezone.now()


@pytest.mark.parametrize("when", ["before", "after"])
def test_advance_goes_on_with_an_extension_that_failed(
    recruiter: FakeRecruiter, study: Study, when: str
) -> None:
    recruiter.fail["extend"] = when
    with pytest.raises(RecruiterError):
        extend(study, 1, 6)
    advance(study)
    posting = study.postings.get(number=1)
    assert (posting.places, posting.told_places) == (6, 6)
    assert recruiter.postings[posting.external_id].places == 6


def test_what_cannot_be_extended_is_refused_in_words(
    recruiter: FakeRecruiter, study: Study
) -> None:
    with pytest.raises(StudyError, match="from 10 on the fee doubles"):
        extend(study, 1, 10)
    with pytest.raises(StudyError, match="never shrinks"):
        extend(study, 1, 3)
    with pytest.raises(StudyError, match=r"no published posting 77 \(published: 1, 2"):
        extend(study, 77, 5)
    recruiter.splits_places = False
    with pytest.raises(StudyError, match=r"at most, not 100,000,000,000,000,000,000"):
        extend(study, 1, 10**20)
    recruiter.splits_places = True
    recruiter.spends_real_money = True
    with pytest.raises(StudyError, match=r"--yes-spend 0\.24"):
        extend(study, 1, 5)
    Study.objects.update(soft_cap_usd=Decimal("3.70"))
    study.refresh_from_db()
    with pytest.raises(StudyError, match=r"soft cap of \$3\.70"):
        extend(study, 1, 5, confirmed_usd=Decimal("0.24"))
    close(study)
    with pytest.raises(WrongStateError, match="closing"):
        extend(study, 1, 5)
    assert recruiter.calls["extend"] == 0


def test_a_posting_of_a_stopped_recruiter_is_not_extended_in_vain(
    recruiter: FakeRecruiter, study: Study
) -> None:
    stop(study, "mturk")
    with pytest.raises(StudyError, match=r"mturk is stopped for tiny.*recruit"):
        extend(study, 1, 6)
    assert recruiter.calls["extend"] == 0
