"""Payments between two minds: a person who rejects, a recruiter who refuses."""

from decimal import Decimal

import pytest

from studies.errors import RecruiterError, WrongStateError
from studies.models import Assignment, Payment, Study
from studies.selectors import spent_usd
from studies.services import recruiting
from studies.services.launch_plan import affordable
from studies.services.pay import approve_session
from studies.services.review import reject
from tests.admin.judged import judged_study, session
from tests.fakes import FakeRecruiter

pytestmark = pytest.mark.django_db
SUBMITTED = Assignment.State.SUBMITTED


class PoorRecruiter(FakeRecruiter):
    """Refuses for good to pay, as long as its account is empty."""

    empty = True

    def approve(self, external_id: str) -> None:
        super().approve(external_id)
        if self.empty:
            raise RecruiterError("insufficient funds", permanent=True)


@pytest.fixture
def poor(monkeypatch: pytest.MonkeyPatch) -> PoorRecruiter:
    fake = PoorRecruiter()
    monkeypatch.setattr(recruiting, "RECRUITERS", {"mturk": lambda: fake})
    return fake


def submitted(study: Study, number: int) -> Assignment:
    return session(study, number, state=SUBMITTED)


def test_a_session_rejected_while_advance_had_it_in_hand_is_not_paid(
    poor: PoorRecruiter,
) -> None:
    study = judged_study(sessions=0)
    in_hand = submitted(study, 1)
    reject(Assignment.objects.get(), reason="nothing was answered", by="ada")
    assert not approve_session(study, in_hand, poor)
    assert poor.calls["approve"] == 0
    assert not Payment.objects.exists()
    assert Assignment.objects.get().state == Assignment.State.REJECTED


def test_a_session_whose_payment_is_begun_is_not_rejected(poor: PoorRecruiter) -> None:
    study = judged_study(sessions=0)
    mine = submitted(study, 1)
    approve_session(study, mine, poor)
    with pytest.raises(WrongStateError):
        reject(mine, reason="nothing was answered", by="ada")
    assert poor.calls["reject"] == 0


def test_refused_payments_tried_again_stay_within_the_cap(poor: PoorRecruiter) -> None:
    # 0.20 and a fee of 0.04 each: the cap holds two
    study = judged_study(sessions=0, hard_cap_usd=Decimal("0.50"))
    sessions = [submitted(study, number) for number in range(3)]
    approve_session(study, sessions[0], poor)
    poor.empty = False
    for each in (*sessions[1:], sessions[0], sessions[0]):
        approve_session(study, each, poor)
    paid = Assignment.objects.filter(state=Assignment.State.APPROVED)
    assert paid.count() == 2
    assert spent_usd(study) == Decimal("0.48")


def test_refused_payments_are_money_that_is_spoken_for(poor: PoorRecruiter) -> None:
    study = judged_study(sessions=0, hard_cap_usd=Decimal("2.88"))
    study.postings.update(state="closed")
    assert affordable(study, poor, 99) == 12
    for number in range(3):
        mine = submitted(study, number)
        approve_session(study, mine, poor)
    assert affordable(study, poor, 99) == 9


def test_a_payment_refused_a_hundred_times_is_logged_once(poor: PoorRecruiter) -> None:
    study = judged_study(sessions=0)
    mine = submitted(study, 1)
    for _ in range(100):
        approve_session(study, mine, poor)
    assert study.events.filter(kind="payment").count() == 1
