"""A bonus in doubt is looked for before it is sent again, however late that is."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from marketplace.clock import CLOCK
from marketplace.models import Bonus
from studies.models import Payment, Study
from studies.services.bonuses import (
    BonusOrder,
    bonus_sessions,
    order_bonuses,
    plan_bonuses,
)
from studies.services.collect import advance
from studies.services.publish import close
from studies.services.settle import bonus_spec, settle
from tests.marketplace import books
from tests.money.till import Till, confirmed, spent_by_the_ledger

pytestmark = pytest.mark.django_db(transaction=True)
ORDER = BonusOrder(Decimal("0.35"), "Careful work")
State = Payment.State
Advance = Callable[[timedelta], None]


@pytest.fixture
def move() -> Iterator[Advance]:
    """Move the marketplace's clock forward."""
    with CLOCK.ahead() as forward:
        yield forward


def give(till: Till, order: BonusOrder = ORDER) -> None:
    planned = plan_bonuses(till.study, bonus_sessions(till.study), order)
    assert planned.problems == ()
    order_bonuses(till.study, planned, by="ada", confirmed_usd=None)


def bonus_states() -> set[str]:
    return set(Payment.objects.filter(kind="bonus").values_list("state", flat=True))


def check() -> None:
    """Both books agree to the cent, and the marketplace's are in balance."""
    assert confirmed() == spent_by_the_ledger()
    books.check_books()


def test_each_session_gets_its_bonus_once(till: Till) -> None:
    for number in range(3):
        till.work(number)
    advance(till.study)
    give(till)
    assert settle(till.study) == 3
    assert settle(till.study) == 0
    assert Bonus.objects.count() == 3
    assert {row.reason.partition(" (ref")[0] for row in Bonus.objects.all()} == {
        "Careful work"
    }
    # 3 x (0.20 + 0.04) and 3 x (0.35 + 0.07)
    assert confirmed() == Decimal("1.98")
    check()


@pytest.mark.parametrize("hours", [0, 25, 24 * 40])
def test_a_bonus_whose_answer_was_lost_is_found_in_the_list(
    till: Till, move: Advance, hours: int
) -> None:
    till.work(1)
    advance(till.study)
    give(till)
    till.recruiter.lost = ("bonus",)
    assert settle(till.study) == 0
    assert bonus_states() == {State.UNKNOWN}
    till.recruiter.lost = ()
    move(timedelta(hours=hours))
    assert settle(till.study) == 1
    assert (Bonus.objects.count(), bonus_states()) == (1, {State.CONFIRMED})
    check()


def test_the_token_alone_would_pay_twice_after_a_day(till: Till, move: Advance) -> None:
    """What the look-up is for: the marketplace forgets, as Mechanical Turk did."""
    till.work(1)
    advance(till.study)
    give(till)
    spec = bonus_spec(Payment.objects.get(kind="bonus"))
    till.recruiter.bonus(spec)
    move(timedelta(hours=25))
    assert till.recruiter.bonus_paid(spec)
    till.recruiter.bonus(spec)
    assert Bonus.objects.count() == 2


def test_what_a_dead_worker_was_sending_is_taken_up_after_its_time(
    till: Till, move: Advance
) -> None:
    till.work(1)
    advance(till.study)
    give(till)
    Payment.objects.filter(kind="bonus").update(state=State.SENT, tries=1)
    # it may still be at work
    assert settle(till.study) == 0
    assert Bonus.objects.count() == 0
    assert settle(till.study, patience=timedelta(0)) == 1
    assert Bonus.objects.count() == 1
    check()


def test_bonuses_of_a_closed_study_are_sent_by_advance(till: Till) -> None:
    till.work(1)
    advance(till.study)
    close(till.study)
    advance(till.study)
    till.study.refresh_from_db()
    assert till.study.state == Study.State.CLOSED
    give(till)
    till.recruiter.lost = ("bonus",)
    assert advance(till.study).extras == 0
    till.recruiter.lost = ()
    assert advance(till.study).extras == 1
    assert Bonus.objects.count() == 1
    check()


def test_a_refused_bonus_waits_for_a_person(till: Till) -> None:
    till.work(1)
    advance(till.study)
    give(till)
    Payment.objects.filter(kind="bonus").update(amount_usd=Decimal("5000.00"))
    for _ in range(3):
        settle(till.study)
    bonus = Payment.objects.get(kind="bonus")
    assert (bonus.state, bonus.tries) == (State.FAILED, 1)
    assert "sufficient funds" in bonus.problem
    assert till.study.events.filter(kind="payment").count() == 1
    check()
