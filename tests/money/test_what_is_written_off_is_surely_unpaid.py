"""A write-off asks the recruiter first, and the recruiter's books overrule it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from marketplace import services as market
from marketplace.clock import CLOCK
from marketplace.models import HIT, Bonus, Worker
from studies.errors import StudyError, WrongStateError
from studies.models import Payment, Study
from studies.services.bonuses import (
    BonusOrder,
    bonus_sessions,
    order_bonuses,
    plan_bonuses,
)
from studies.services.collect import advance
from studies.services.compensate import compensate
from studies.services.publish import close
from studies.services.settle import settle
from studies.services.stuck import retry, stuck_payments, write_off
from tests.money.till import Till, confirmed, spent_by_the_ledger

pytestmark = pytest.mark.django_db(transaction=True)
State = Payment.State
REASON = "nobody can mend it"


def failed_bonus(till: Till) -> Payment:
    """A bonus that was paid, and that our books call refused."""
    till.work(1)
    advance(till.study)
    order = BonusOrder(Decimal("0.35"), "Careful work")
    planned = plan_bonuses(till.study, bonus_sessions(till.study), order)
    order_bonuses(till.study, planned, by="ada", confirmed_usd=None)
    till.recruiter.lost = ("bonus",)
    settle(till.study)
    till.recruiter.lost = ()
    Payment.objects.filter(kind="bonus").update(state=State.FAILED)
    return Payment.objects.get(kind="bonus")


def test_a_bonus_that_was_paid_after_all_is_not_written_off(till: Till) -> None:
    bonus = failed_bonus(till)
    with pytest.raises(StudyError, match="was paid after all"):
        write_off(bonus, reason=REASON, by="ada")
    bonus.refresh_from_db()
    assert bonus.state == State.CONFIRMED
    assert confirmed() == spent_by_the_ledger()


def test_a_bonus_that_was_paid_after_all_is_not_paid_on_retry(till: Till) -> None:
    retry(failed_bonus(till), by="ada")
    assert settle(till.study) == 1
    assert Bonus.objects.count() == 1
    assert confirmed() == spent_by_the_ledger()


def test_a_retry_beyond_the_cap_is_refused(till: Till) -> None:
    bonus = failed_bonus(till)
    Study.objects.update(hard_cap_usd="0.30")
    with pytest.raises(StudyError, match=r"hard cap of \$0.30 leaves no room"):
        retry(bonus, by="ada")
    bonus.refresh_from_db()
    assert bonus.state == State.FAILED


def test_a_reward_written_off_and_paid_by_the_marketplace_is_booked(
    till: Till,
) -> None:
    till.work(1)
    till.recruiter.lost = ("approve",)
    advance(till.study)
    till.recruiter.lost = ()
    # as after a refusal: what the recruiter did is not known here
    Payment.objects.update(state=State.FAILED)
    [stuck] = stuck_payments(till.study)
    write_off(stuck, reason=REASON, by="ada")
    with pytest.raises(WrongStateError, match="written off"):
        retry(stuck, by="ada")
    close(till.study)
    with CLOCK.ahead() as move:
        move(timedelta(days=4))
        advance(till.study)
    till.study.refresh_from_db()
    assert till.study.state == Study.State.CLOSED
    assert Payment.objects.get().state == State.CONFIRMED
    assert confirmed() == spent_by_the_ledger() == Decimal("0.24")


def test_an_offer_that_was_taken_is_not_written_off(till: Till) -> None:
    mine = till.accept(1)
    till.give_up(mine)
    advance(till.study)
    mine.refresh_from_db()
    payment = compensate(mine, by="ada")
    settle(till.study)
    payment.refresh_from_db()
    hit = HIT.objects.get(hit_id=payment.offer_id)
    worker = Worker.objects.get(name="AWORKER0001")
    place = market.accept(worker, hit, timezone.now())
    market.submit(place.assignment_id, {"answers": "x"}, timezone.now())
    Payment.objects.update(state=State.FAILED)
    with pytest.raises(StudyError, match="has come for it"):
        write_off(payment, reason=REASON, by="ada")
    retry(payment, by="ada")
    assert settle(till.study) == 1
    assert confirmed() == spent_by_the_ledger() == Decimal("0.24")


def test_an_offer_nobody_took_is_withdrawn_when_written_off(till: Till) -> None:
    mine = till.accept(1)
    till.give_up(mine)
    advance(till.study)
    mine.refresh_from_db()
    payment = compensate(mine, by="ada")
    settle(till.study)
    Payment.objects.update(state=State.FAILED)
    with pytest.raises(StudyError, match="say why"):
        write_off(payment, reason=" no ", by="ada")
    write_off(payment, reason=REASON, by="ada")
    payment.refresh_from_db()
    assert payment.state == State.WRITTEN_OFF
    assert HIT.objects.get(hit_id=payment.offer_id).status(CLOCK.now()) == "Reviewable"
    assert confirmed() == spent_by_the_ledger() == 0
    # a person may think again: the same place is offered once more
    compensate(mine, by="ada")
    settle(till.study)
    assert HIT.objects.filter(max_assignments=1).count() == 1
    assert HIT.objects.get(hit_id=payment.offer_id).status(CLOCK.now()) == "Assignable"
