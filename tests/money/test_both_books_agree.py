"""Whatever happens: what our rows call paid is what the marketplace took."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from marketplace import services as market
from marketplace.clock import CLOCK
from marketplace.models import HIT, Bonus, Worker
from studies.errors import StudyError
from studies.models import Assignment, Payment, Study
from studies.services import bonuses, extending, stuck
from studies.services.collect import advance
from studies.services.compensate import compensate, owed
from studies.services.publish import close
from studies.services.review import reject
from studies.services.settle import settle
from tests.marketplace import books
from tests.money.till import Till, confirmed, spent_by_the_ledger

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timedelta(0)


class Day:
    """A day on which things happen in an order that the seed decides."""

    def __init__(self, till: Till, seed: int) -> None:
        self.till, self.rng, self.number = till, random.Random(seed), 0
        self.study = till.study

    def one_more(self) -> int:
        self.number += 1
        return self.number

    def works(self) -> None:
        self.till.work(self.one_more())

    def works_and_cannot_submit(self) -> None:
        self.till.give_up(self.till.accept(self.one_more()))

    def submits_nothing(self) -> None:
        """Accepts, and hands in a form without answers."""
        mine = self.till.accept(self.one_more())
        mine.trials.all().delete()
        market.submit(mine.external_id, {"a": "1"}, timezone.now())

    def gets_a_bonus(self) -> None:
        order = bonuses.BonusOrder(Decimal("0.17"), f"No. {self.one_more()}")
        chosen = bonuses.bonus_sessions(self.study).order_by("pk")[:2]
        planned = bonuses.plan_bonuses(self.study, chosen, order)
        bonuses.order_bonuses(self.study, planned, by="ada", confirmed_usd=None)
        settle(self.study)

    def is_compensated(self) -> None:
        for row in owed(self.study):
            if row.open:
                compensate(row.session, by="ada")
        settle(self.study, patience=NOW)
        # whoever was offered a place comes for it, or does not
        for payment in Payment.objects.exclude(offer_id=""):
            hit = HIT.objects.get(hit_id=payment.offer_id)
            if hit.available and self.rng.random() < 0.7:
                self._comes(hit, payment.assignment.rater.removeprefix("mturk:"))

    def _comes(self, hit: HIT, name: str) -> None:
        place = market.accept(Worker.objects.get(worker_id=name), hit, timezone.now())
        market.submit(place.assignment_id, {"answers": "compensation"}, timezone.now())

    def is_rejected(self) -> None:
        row = self.study.assignments.filter(state="submitted").first()
        if row is not None:
            reject(row, reason="nothing was answered", by="ada")

    def is_extended(self) -> None:
        extending.extend(self.study, 1, self.rng.randrange(4, 8))

    def is_advanced(self) -> None:
        advance(self.study)

    def answers_are_lost(self) -> None:
        names = ("bonus", "approve", "compensate", "reject")
        self.till.recruiter.lost = tuple(self.rng.sample(names, 2))

    def answers_come_again(self) -> None:
        self.till.recruiter.lost = ()

    def happens(self, what: Callable[[], None]) -> None:
        try:
            what()
        except StudyError:
            # refused or lost: books must agree all the same
            return


@pytest.mark.parametrize("seed", range(4))
def test_both_books_agree_after_a_random_day(till: Till, seed: int) -> None:
    day = Day(till, seed)
    acts = [
        *(day.works, day.works, day.works_and_cannot_submit, day.submits_nothing),
        *(day.gets_a_bonus, day.is_compensated, day.is_rejected, day.is_extended),
        *(day.is_advanced, day.is_advanced),
        *(day.answers_are_lost, day.answers_come_again),
    ]
    for _ in range(26):
        day.happens(day.rng.choice(acts))
    day.answers_come_again()
    day.happens(day.is_advanced)
    close(till.study)
    for payment in stuck.stuck_payments(till.study):
        stuck.write_off(payment, reason="end of the day", by="ada")
    with CLOCK.ahead() as move:
        # the marketplace pays by itself what nobody decided for three days
        move(timedelta(days=4))
        for _ in range(3):
            Payment.objects.update(changed_at=timezone.now() - timedelta(hours=1))
            advance(till.study)
    till.study.refresh_from_db()
    assert till.study.state == Study.State.CLOSED
    assert confirmed() == spent_by_the_ledger() > 0
    books.check_books()
    assert not Payment.objects.filter(state__in=["unknown", "planned"]).exists()
    sent = Payment.objects.filter(state="confirmed", offer_id="").exclude(kind="reward")
    assert Bonus.objects.count() == sent.count()
    undecided = Assignment.objects.filter(state__in=["submitted", "rejecting"])
    assert not undecided.exists()
