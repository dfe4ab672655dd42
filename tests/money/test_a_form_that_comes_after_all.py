"""A form that arrives while its rater is being compensated: she is paid once."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from marketplace import services as market
from marketplace.clock import CLOCK
from marketplace.models import HIT, Worker
from studies.models import Assignment, Payment
from studies.services.collect import advance
from studies.services.compensate import compensate
from studies.services.settle import settle
from studies.services.stuck import retry, stuck_payments
from tests.marketplace import books
from tests.money.till import Till, confirmed, spent_by_the_ledger

pytestmark = pytest.mark.django_db(transaction=True)
State = Payment.State
ONCE = Decimal("0.24")


@pytest.fixture
def lost(till: Till) -> Assignment:
    """A session that was finished and not submitted in time."""
    made = till.accept(1)
    till.give_up(made)
    advance(till.study)
    made.refresh_from_db()
    assert made.state == Assignment.State.EXPIRED
    return made


def accept_offer() -> tuple[str, str]:
    """The rater accepts the compensation; returns its page and the assignment."""
    payment = Payment.objects.get(kind="compensation")
    hit = HIT.objects.get(hit_id=payment.offer_id)
    worker = Worker.objects.get(name="AWORKER0001")
    place = market.accept(worker, hit, timezone.now())
    query = {"assignmentId": place.assignment_id, "workerId": worker.worker_id}
    path = urlsplit(hit.external_url).path
    return f"{path}?{urlencode(query)}", place.assignment_id


def send(assignment_id: str) -> None:
    form = {"assignmentId": assignment_id, "answers": "late"}
    assert Client().post("/marketplace/mturk/externalSubmit", form).status_code == 200


def states() -> dict[str, str]:
    return dict(Payment.objects.values_list("kind", "state"))


def test_an_offer_that_nobody_took_is_withdrawn_and_the_reward_paid(
    till: Till, lost: Assignment
) -> None:
    compensate(lost, by="ada")
    settle(till.study)
    send(lost.external_id)
    for _ in range(2):
        advance(till.study)
    assert states() == {"compensation": State.WRITTEN_OFF, "reward": State.CONFIRMED}
    offer = Payment.objects.get(kind="compensation").offer_id
    assert HIT.objects.get(hit_id=offer).expires_at < timezone.now()
    assert confirmed() == spent_by_the_ledger() == ONCE
    books.check_books()


def test_an_offer_that_was_accepted_is_waited_for_and_paid_instead(
    till: Till, lost: Assignment
) -> None:
    compensate(lost, by="ada")
    settle(till.study)
    _, place = accept_offer()
    send(lost.external_id)
    advance(till.study)
    assert states() == {"compensation": State.SENT}
    send(place)
    for _ in range(2):
        advance(till.study)
    assert states() == {"compensation": State.CONFIRMED, "reward": State.WRITTEN_OFF}
    assert confirmed() == spent_by_the_ledger() == ONCE


@pytest.mark.parametrize("hours", [0, 25])
def test_an_offer_of_which_no_answer_came_is_found_and_withdrawn(
    till: Till, lost: Assignment, hours: int
) -> None:
    compensate(lost, by="ada")
    till.recruiter.lost = ("compensate",)
    settle(till.study)
    till.recruiter.lost = ()
    send(lost.external_id)
    with CLOCK.ahead() as move:
        move(timedelta(hours=hours))
        for _ in range(3):
            advance(till.study)
    assert states() == {"compensation": State.WRITTEN_OFF, "reward": State.CONFIRMED}
    assert confirmed() == spent_by_the_ledger() == ONCE


def test_a_bonus_of_which_no_answer_came_is_the_pay(till: Till) -> None:
    till.work(1)
    advance(till.study)
    second = till.accept(1)
    till.give_up(second)
    advance(till.study)
    compensate(second, by="ada")
    till.recruiter.lost = ("bonus",)
    settle(till.study)
    till.recruiter.lost = ()
    send(second.external_id)
    for _ in range(3):
        advance(till.study)
    rows = Payment.objects.filter(assignment=second)
    assert dict(rows.values_list("kind", "state")) == {
        "compensation": State.CONFIRMED,
        "reward": State.WRITTEN_OFF,
    }
    assert confirmed() == spent_by_the_ledger() == 2 * ONCE


def test_one_that_is_tried_again_after_the_reward_is_not_offered_again(
    till: Till, lost: Assignment
) -> None:
    compensate(lost, by="ada")
    settle(till.study)
    till.recruiter.expire(Payment.objects.get().offer_id)
    settle(till.study)
    send(lost.external_id)
    advance(till.study)
    [stuck] = stuck_payments(till.study)
    retry(stuck, by="ada")
    advance(till.study)
    assert states() == {"compensation": State.WRITTEN_OFF, "reward": State.CONFIRMED}
    assert confirmed() == spent_by_the_ledger() == ONCE


def test_who_comes_between_two_questions_is_not_told_to_be_too_late(
    till: Till, lost: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    compensate(lost, by="ada")
    settle(till.study)
    _, place = accept_offer()
    real = till.recruiter.status

    def status(external_id: str) -> object:
        if Payment.objects.get().offer_id != external_id:
            return real(external_id)
        send(place)
        monkeypatch.setattr(till.recruiter, "status", real)
        return real(external_id)

    monkeypatch.setattr(till.recruiter, "status", status)
    assert settle(till.study) == 1
    assert states() == {"compensation": State.CONFIRMED}
