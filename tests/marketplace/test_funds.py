"""Money: held when a HIT is published, paid on approval, never made or lost."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from marketplace import clock, services
from marketplace.errors import RequestError, WorkerRefusalError
from marketplace.models import HIT, Account, Assignment, Requester
from tests.marketplace import books, shop

Advance = Callable[[timedelta], None]
Status = Assignment.Status


def balances(owner: Requester) -> tuple[int, int]:
    found = services.balances(owner)
    return found.available_cents, found.held_cents


def submit(hit: HIT, name: str = "alice") -> Assignment:
    mine = services.accept(shop.worker(name), hit, clock.now())
    return services.submit(mine.assignment_id, {"a": "1"}, clock.now())


def test_publishing_holds_reward_and_fee_of_every_place(lab: Requester) -> None:
    shop.publish(lab, shop.Terms(places=3, reward_cents=15))
    assert balances(lab) == (10_000 - 3 * 18, 3 * 18)
    shop.publish(lab, shop.Terms(places=10, reward_cents=15))
    assert balances(lab)[1] == 3 * 18 + 10 * 21


def test_approval_pays_the_worker_and_the_fee(lab: Requester) -> None:
    mine = submit(shop.publish(lab))
    services.approve(mine, clock.now())
    assert balances(lab) == (10_000 - 54, 36)
    paid = Account.objects.get(kind=Account.Kind.EARNINGS, worker=mine.worker)
    assert paid.balance_cents == 15
    assert Account.objects.get(kind=Account.Kind.FEES).balance_cents == 3
    books.check_books()


def test_a_rejection_gives_the_money_back_until_it_is_overridden(
    lab: Requester, advance: Advance
) -> None:
    mine = submit(shop.publish(lab, shop.Terms(places=1)))
    services.reject(mine, clock.now(), feedback="no")
    assert balances(lab) == (10_000, 0)
    advance(timedelta(days=29))
    services.approve(mine, clock.now(), override=True)
    assert balances(lab) == (9_982, 0)
    books.check_books()


def test_an_override_comes_too_late_after_30_days(
    lab: Requester, advance: Advance
) -> None:
    mine = submit(shop.publish(lab))
    services.reject(mine, clock.now(), feedback="no")
    with pytest.raises(RequestError, match="Submitted"):
        services.approve(mine, clock.now())
    advance(timedelta(days=30, minutes=1))
    with pytest.raises(RequestError, match="within 30 days"):
        services.approve(mine, clock.now(), override=True)


def test_a_deleted_hits_rejections_stand(lab: Requester) -> None:
    hit = shop.publish(lab, shop.Terms(places=1))
    mine = submit(hit)
    services.reject(mine, clock.now(), feedback="no")
    services.delete_hit(hit, clock.now())
    with pytest.raises(RequestError, match="not deleted"):
        services.approve(mine, clock.now(), override=True)


def test_what_can_not_be_paid_is_not_published(db: None) -> None:
    owner = shop.requester(balance="0.53")
    with pytest.raises(RequestError, match=r"needs \$0.54, available are \$0.53") as e:
        shop.publish(owner)
    assert e.value.code == "AWS.MechanicalTurk.InsufficientFunds"
    assert HIT.objects.count() == 0


def test_an_override_without_funds_is_refused(db: None) -> None:
    owner = shop.requester(balance="0.18")
    mine = submit(shop.publish(owner, shop.Terms(places=1)))
    services.reject(mine, clock.now(), feedback="no")
    shop.publish(owner, shop.Terms(places=1))
    with pytest.raises(RequestError, match="sufficient funds"):
        services.approve(mine, clock.now(), override=True)
    mine.refresh_from_db()
    assert mine.status == Status.REJECTED
    books.check_books()


def test_expiration_releases_what_free_places_held(
    lab: Requester, advance: Advance
) -> None:
    hit = shop.publish(lab)
    services.accept(shop.worker(), hit, clock.now())
    advance(timedelta(days=1, minutes=-30))
    services.settle(clock.now(), requester=lab)
    assert balances(lab)[1] == 54
    advance(timedelta(hours=1))
    services.settle(clock.now(), requester=lab)
    assert balances(lab) == (10_000, 0)


def test_the_database_refuses_an_overdrawn_account(lab: Requester) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(requester=lab).update(balance_cents=-1)


def _one_action(dice: random.Random, hits: list[HIT], advance: Advance) -> None:
    hit = dice.choice(hits)
    now = clock.now()
    assignments = list(hit.assignments.order_by("pk"))
    mine = dice.choice(assignments) if assignments else None
    name = f"worker {dice.randrange(4)}"
    known = services.sign_in(name, shop.PASSWORD, now)
    actions: list[Callable[[], object]] = [
        lambda: services.accept(known, hit, now),
        lambda: services.extend_hit(hit, dice.randint(1, 3), now),
        lambda: services.set_expiration(
            hit, now + timedelta(hours=dice.randint(-5, 30)), now
        ),
        lambda: advance(timedelta(minutes=dice.randint(1, 900))),
        lambda: services.delete_hit(hit, now),
        lambda: services.set_reviewing(hit, now, reviewing=dice.random() < 0.5),
        lambda: services.settle(now),
    ]
    if mine is not None:
        actions += [
            lambda: services.submit(mine.assignment_id, {"a": "1"}, now),
            lambda: services.submit(mine.assignment_id, {"a": "1"}, now),
            lambda: services.give_back(mine, now),
            lambda: services.approve(mine, now, override=dice.random() < 0.5),
            lambda: services.reject(mine, now, feedback=""),
        ]
    dice.choice(actions)()


@pytest.mark.parametrize("seed", range(4))
def test_the_books_balance_whatever_happens(
    db: None, advance: Advance, seed: int
) -> None:
    dice = random.Random(seed)
    owner = shop.requester(balance="3.00")
    hits = [
        shop.publish(owner, shop.Terms(places=2, auto_approval_seconds=delay))
        for delay in (0, 3_600, 259_200)
    ]
    for number in range(4):
        shop.worker(f"worker {number}")
    for _ in range(80):
        try:
            with transaction.atomic():
                _one_action(dice, hits, advance)
        except (RequestError, WorkerRefusalError):
            continue
        books.check_books()
