"""A call that fails before or after its effect leaves no posting twice or forgotten."""

from decimal import Decimal

import pytest

from studies.errors import RecruiterError, StudyError, WrongStateError
from studies.models import Payment, Posting, Study
from studies.services.collect import advance
from studies.services.design import DEFAULT_RULES
from studies.services.publish import close, launch
from tests.fakes import FakeRecruiter
from tests.studies.conftest import free_posting, work
from tests.worlds import World, built_study

pytestmark = pytest.mark.django_db
WIDE = World(categories=6, clips_per_category=2, slug="wide")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("tokens", [True, False])
def test_a_launch_taken_up_again_publishes_each_posting_once(
    recruiter: FakeRecruiter, when: str, tokens: bool
) -> None:
    recruiter.remembers_tokens = tokens
    study = built_study(WIDE)
    recruiter.fail["open"] = when
    with pytest.raises(RecruiterError):
        launch(study, "mturk")
    study.refresh_from_db()
    assert study.state == Study.State.LAUNCHING
    launch(study, "mturk")
    study.refresh_from_db()
    assert study.state == Study.State.LIVE
    ours = set(study.postings.values_list("external_id", flat=True))
    assert ours == set(recruiter.postings)
    assert study.postings.filter(state=Posting.State.OPEN).count() == len(ours) > 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_payment_whose_call_failed_is_made_once(
    recruiter: FakeRecruiter, when: str
) -> None:
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    work(recruiter, posting, 1)
    recruiter.fail["approve"] = when
    advance(study)
    expected = Payment.State.UNKNOWN if when == "after" else Payment.State.PLANNED
    assert Payment.objects.get().state == expected
    advance(study)
    assert Payment.objects.get().state == Payment.State.CONFIRMED
    assert recruiter.money == Decimal("999.76")


def test_a_ready_study_only_can_be_launched(recruiter: FakeRecruiter) -> None:
    study = built_study()
    Study.objects.update(state=Study.State.DRAFT)
    with pytest.raises(WrongStateError, match="draft"):
        launch(study, "mturk")


def test_real_money_wants_the_exact_amount(recruiter: FakeRecruiter) -> None:
    recruiter.spends_real_money = True
    study = built_study()
    for wrong in (None, Decimal("0.01")):
        with pytest.raises(StudyError, match=r"confirm exactly this amount"):
            launch(study, "mturk", confirmed_usd=wrong)
    assert not recruiter.postings
    sessions = 15  # 24 items x 3 votes in sessions of 5
    launch(study, "mturk", confirmed_usd=sessions * Decimal("0.24"))
    assert recruiter.postings


def test_a_launch_beyond_the_balance_or_the_cap_is_refused(
    recruiter: FakeRecruiter,
) -> None:
    recruiter.money = Decimal("1.00")
    study = built_study()
    with pytest.raises(StudyError, match=r"account holds \$1.00"):
        launch(study, "mturk")
    recruiter.money = Decimal("1000.00")
    Study.objects.update(hard_cap_usd="2.00")
    study.refresh_from_db()
    with pytest.raises(StudyError, match=r"hard cap of \$2.00"):
        launch(study, "mturk")
    assert not recruiter.postings


def test_postings_never_hold_more_than_nine_places(recruiter: FakeRecruiter) -> None:
    launch(built_study(WIDE), "mturk")
    places = [spec.places for spec in recruiter.postings.values()]
    assert max(places) <= 9
    assert len({spec.token for spec in recruiter.postings.values()}) == len(places)


def test_closing_expires_every_posting_even_one_that_was_being_sent(
    recruiter: FakeRecruiter,
) -> None:
    study = built_study(WIDE)
    recruiter.fail["open"] = "after"
    with pytest.raises(RecruiterError):
        launch(study, "mturk")
    close(study)
    advance(study)
    study.refresh_from_db()
    assert study.state == Study.State.CLOSED
    assert recruiter.expired == set(recruiter.postings)


def test_the_spec_is_frozen_and_hashed_at_launch(recruiter: FakeRecruiter) -> None:
    study = launch(built_study(), "mturk")
    assert study.spec["votes_per_item"] == 3
    assert study.spec["rules"] == DEFAULT_RULES
    assert len(study.spec_hash) == 64


def test_a_posting_that_cannot_be_published_holds_up_no_pay(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    work(recruiter, posting, 1)
    Posting.objects.exclude(pk=posting.pk).update(state=Posting.State.PLANNED)
    recruiter.fail["open"] = "before"
    with pytest.raises(RecruiterError):
        advance(study)
    assert Payment.objects.get().state == Payment.State.CONFIRMED


def test_places_that_lapsed_untaken_do_not_use_up_the_cap_on_sessions(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(), "mturk")
    for _ in range(6):
        Posting.objects.update(state=Posting.State.CLOSED)
        assert advance(study).new_places > 0
    study.refresh_from_db()
    assert study.problem == ""
