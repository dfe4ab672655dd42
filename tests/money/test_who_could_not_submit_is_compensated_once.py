"""A rater who finished and could not submit is found, and paid once on request."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from marketplace import services as market
from marketplace.clock import CLOCK
from marketplace.errors import WorkerRefusalError
from marketplace.models import HIT, Bonus, Qualification, Worker
from studies.errors import StudyError, WrongStateError
from studies.models import Assignment, Payment, Study
from studies.services.collect import advance
from studies.services.compensate import compensate, owed
from studies.services.settle import settle
from studies.services.stuck import retry, stuck_payments
from tests.marketplace import books
from tests.money.till import Till, confirmed, spent_by_the_ledger

pytestmark = pytest.mark.django_db(transaction=True)
State = Payment.State


@pytest.fixture
def lost(till: Till) -> Assignment:
    """A session that was finished and never submitted."""
    made = till.accept(1)
    till.give_up(made)
    advance(till.study)
    made.refresh_from_db()
    assert made.state == Assignment.State.EXPIRED
    return made


def offer() -> HIT:
    """The HIT that was made for the compensation."""
    payment = Payment.objects.get(kind="compensation")
    return HIT.objects.get(hit_id=payment.offer_id)


def come_for_it(number: int) -> None:
    """Worker `number` accepts the compensation, opens its page and submits."""
    hit = offer()
    worker = Worker.objects.get(name=f"AWORKER{number:04d}")
    place = market.accept(worker, hit, timezone.now())
    query = urlencode(
        {"assignmentId": place.assignment_id, "workerId": worker.worker_id}
    )
    path = urlsplit(hit.external_url).path
    page = Client().get(f"{path}?{query}").content.decode()
    assert f'value="{place.assignment_id}"' in page
    assert "/marketplace/mturk/externalSubmit" in page
    form = {"assignmentId": place.assignment_id, "answers": "compensation"}
    assert Client().post("/marketplace/mturk/externalSubmit", form).status_code == 200


def test_who_finished_and_never_submitted_is_listed(
    till: Till, lost: Assignment
) -> None:
    till.work(2)
    advance(till.study)
    [due] = owed(till.study)
    assert (due.session, due.total_usd, due.open) == (lost, Decimal("0.24"), True)
    assert due.payment is None


def test_one_without_any_submission_gets_a_place_for_nobody_else(
    till: Till, lost: Assignment
) -> None:
    payment = compensate(lost, by="ada")
    settle(till.study)
    payment.refresh_from_db()
    assert (payment.state, bool(payment.offer_id)) == (State.SENT, True)
    hit = offer()
    assert (hit.max_assignments, hit.hit_type.reward_cents) == (1, 20)
    [asked] = hit.hit_type.requirements.all()
    assert asked.guarded == "DiscoverPreviewAndAccept"
    assert Qualification.objects.get().worker.name == "AWORKER0001"
    stranger = market.sign_up("stranger", "correct horse 42")
    with pytest.raises(WorkerRefusalError):
        market.accept(stranger, hit, timezone.now())
    come_for_it(1)
    assert advance(till.study).extras == 1
    payment.refresh_from_db()
    assert payment.state == State.CONFIRMED
    assert confirmed() == spent_by_the_ledger() == Decimal("0.24")
    books.check_books()


def test_one_who_submitted_before_gets_a_bonus_on_that(till: Till) -> None:
    till.work(1)
    advance(till.study)
    second = till.accept(1)
    till.give_up(second)
    advance(till.study)
    compensate(second, by="ada")
    assert settle(till.study) == 1
    assert Bonus.objects.get().amount_cents == 20
    assert "could not submit" in Bonus.objects.get().reason
    assert confirmed() == spent_by_the_ledger() == Decimal("0.48")


def test_nobody_is_compensated_twice(till: Till, lost: Assignment) -> None:
    compensate(lost, by="ada")
    settle(till.study)
    with pytest.raises(WrongStateError, match="already"):
        compensate(lost, by="bob")
    other = till.work(2)
    with pytest.raises(WrongStateError, match="nothing is owed"):
        compensate(other, by="bob")


@pytest.mark.parametrize("hours", [0, 25])
def test_an_offer_whose_answer_was_lost_is_made_once(
    till: Till, lost: Assignment, hours: int
) -> None:
    compensate(lost, by="ada")
    before = HIT.objects.count()
    till.recruiter.lost = ("compensate",)
    settle(till.study)
    assert Payment.objects.get(kind="compensation").state == State.UNKNOWN
    till.recruiter.lost = ()
    with CLOCK.ahead() as move:
        move(timedelta(hours=hours))
        settle(till.study)
        settle(till.study)
    assert HIT.objects.count() == before + 1
    assert offer().max_assignments == 1


def test_an_offer_that_nobody_came_for_is_offered_again_on_request(
    till: Till, lost: Assignment
) -> None:
    compensate(lost, by="ada")
    settle(till.study)
    till.recruiter.expire(offer().hit_id)
    settle(till.study)
    [stuck] = stuck_payments(till.study)
    assert "did not come for it" in stuck.problem
    retry(stuck, by="ada")
    settle(till.study)
    come_for_it(1)
    assert settle(till.study) == 1
    assert confirmed() == spent_by_the_ledger() == Decimal("0.24")


def test_the_hard_cap_holds_for_compensations_too(till: Till, lost: Assignment) -> None:
    Study.objects.update(hard_cap_usd="0.10")
    with pytest.raises(StudyError, match=r"hard cap of \$0.10"):
        compensate(lost, by="ada")
    assert not Payment.objects.exists()


def test_the_page_of_an_unknown_compensation_is_refused_in_words(
    till: Till, lost: Assignment
) -> None:
    assert Client().get("/rate/owed/nonsense/").status_code == 404
    payment = compensate(lost, by="ada")
    page = Client().get(f"/rate/owed/{payment.token}/").content.decode()
    assert "Accept the task first" in page
    bad = f"/rate/owed/{payment.token}/?assignmentId=%3Cx%3E&workerId=1"
    assert Client().get(bad).status_code == 404


def test_a_form_that_comes_after_the_compensation_is_not_paid_as_well(
    till: Till, lost: Assignment
) -> None:
    compensate(lost, by="ada")
    settle(till.study)
    come_for_it(1)
    advance(till.study)
    # the rater still had the page open, and the marketplace more patience than we
    fields = {"assignmentId": lost.external_id, "answers": "late"}
    assert Client().post("/marketplace/mturk/externalSubmit", fields).status_code == 200
    for _ in range(2):
        advance(till.study)
    lost.refresh_from_db()
    assert lost.state == Assignment.State.SUBMITTED
    reward = Payment.objects.get(kind="reward", assignment=lost)
    assert (reward.state, reward.tries) == (State.WRITTEN_OFF, 0)
    assert "compensated" in reward.problem
    assert confirmed() == spent_by_the_ledger() == Decimal("0.24")
