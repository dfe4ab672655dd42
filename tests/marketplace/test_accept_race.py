"""However many workers ask at once, no HIT is sold twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from marketplace import clock, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import HIT, Account, Assignment, Worker
from marketplace.services.places import MAX_QUEUE
from tests.marketplace import books, shop

AT_ONCE = 12


def at_once(workers: list[Worker], hit: HIT) -> list[str]:
    """What each worker got: an assignment's id, or the reason of a refusal."""
    together = Barrier(len(workers))

    def ask(worker: Worker) -> str:
        together.wait()
        try:
            return services.accept(worker, hit, clock.now()).assignment_id
        except WorkerRefusalError as refusal:
            return refusal.reason
        finally:
            connection.close()

    with ThreadPoolExecutor(len(workers)) as pool:
        return list(pool.map(ask, workers))


@pytest.mark.django_db(transaction=True)
def test_twelve_workers_get_five_places() -> None:
    hit = shop.publish(shop.requester(), shop.Terms(places=5))
    workers = [shop.worker(f"worker {number}") for number in range(AT_ONCE)]
    got = at_once(workers, hit)
    assert got.count("gone") == AT_ONCE - 5
    assert len({answer for answer in got if answer != "gone"}) == 5
    hit.refresh_from_db()
    assert (hit.pending, hit.available, hit.held_cents) == (5, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_one_worker_in_twelve_windows_gets_one_place() -> None:
    hit = shop.publish(shop.requester(), shop.Terms(places=9))
    got = at_once([shop.worker()] * AT_ONCE, hit)
    assert len(set(got)) == 1
    assert Assignment.objects.get().assignment_id == got[0]
    hit.refresh_from_db()
    assert hit.pending == 1


@pytest.mark.django_db(transaction=True)
def test_the_books_balance_after_payments_at_once() -> None:
    owner = shop.requester()
    workers = [shop.worker(f"worker {number}") for number in range(3)]
    hits = [shop.publish(owner, shop.Terms(places=5)) for _ in range(4)]
    for hit in hits:
        for worker in workers:
            mine = services.accept(worker, hit, clock.now())
            services.submit(mine.assignment_id, {"a": "1"}, clock.now())
    due = clock.now() + timedelta(days=3, minutes=1)

    def act(number: int) -> None:
        try:
            if number % 2:
                shop.publish(owner)
            services.settle(due)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(16)))
    books.check_books()
    assert Assignment.objects.filter(status="Approved").count() == 12
    paid = Account.objects.filter(kind=Account.Kind.EARNINGS)
    assert [purse.balance_cents for purse in paid] == [60, 60, 60]


@pytest.mark.django_db
def test_the_database_itself_refuses_an_oversold_hit() -> None:
    hit = shop.publish(shop.requester(), shop.Terms(places=2))
    with pytest.raises(IntegrityError), transaction.atomic():
        HIT.objects.filter(pk=hit.pk).update(pending=3)


@pytest.mark.django_db(transaction=True)
def test_a_queue_takes_25_however_many_are_asked_for_at_once() -> None:
    owner, alice = shop.requester(), shop.worker()
    hits = [shop.publish(owner, shop.Terms(places=1)) for _ in range(MAX_QUEUE + 7)]
    for hit in hits[: MAX_QUEUE - 1]:
        services.accept(alice, hit, clock.now())
    together = Barrier(8)

    def ask(hit: HIT) -> str:
        together.wait()
        try:
            services.accept(alice, hit, clock.now())
        except WorkerRefusalError as refusal:
            return refusal.reason
        finally:
            connection.close()
        return "held"

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(ask, hits[MAX_QUEUE - 1 :]))
    assert sorted(got) == ["held", *["queue-full"] * 7]
