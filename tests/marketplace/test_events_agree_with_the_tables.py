"""Whatever happens in whatever order, the events tell what the tables hold."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from marketplace import clock, services
from marketplace.errors import RequestError, WorkerRefusalError
from marketplace.models import HIT, Assignment, Notice, Requester, Worker
from tests.marketplace import books, listening, shop

STEPS = 60
Status = Assignment.Status


class Life:
    """Workers, a requester and time, acting on a few HITs as a seed has it."""

    def __init__(
        self, lab: Requester, seed: int, advance: Callable[[timedelta], None]
    ) -> None:
        self.dice = random.Random(seed)
        self.advance = advance
        probe = shop.publish(lab)
        listening.tell(probe.hit_type)
        Notice.objects.all().delete()
        self.hits = [probe, *(shop.publish(lab) for _ in range(4))]
        self.workers = [shop.worker(f"worker {number}") for number in range(5)]
        self.rejected = self.overridden = 0

    def step(self) -> None:
        acts: dict[Callable[[HIT, Worker], None], int] = {
            self.accept: 8,
            self.submit: 5,
            self.give_back: 2,
            self.review: 3,
            self.extend: 3,
            self.expire: 1,
            self.wait: 3,
            self.dispose: 1,
        }
        act = self.dice.choices(list(acts), list(acts.values()))[0]
        services.settle(clock.now())
        with suppress(RequestError, WorkerRefusalError):
            act(self.dice.choice(self.hits), self.dice.choice(self.workers))

    def accept(self, hit: HIT, worker: Worker) -> None:
        services.accept(worker, hit, clock.now())

    def submit(self, *_: object) -> None:
        for mine in Assignment.objects.filter(status=Status.ACCEPTED)[:1]:
            shop.submit(mine)

    def give_back(self, _: HIT, worker: Worker) -> None:
        for mine in worker.assignments.filter(status=Status.ACCEPTED)[:1]:
            services.give_back(mine, clock.now())

    def review(self, hit: HIT, _: Worker) -> None:
        for each in hit.assignments.filter(status=Status.REJECTED)[:1]:
            services.approve(each, clock.now(), override=True)
            self.overridden += 1
        for each in hit.assignments.filter(status=Status.SUBMITTED)[:1]:
            if self.dice.random() < 0.5:
                services.approve(each, clock.now())
            else:
                services.reject(each, clock.now(), feedback="no")

    def extend(self, hit: HIT, _: Worker) -> None:
        if self.dice.random() < 0.5:
            services.extend_hit(hit, 1, clock.now())
        later = clock.now() + timedelta(hours=self.dice.randint(10, 90))
        services.set_expiration(hit, later, clock.now())

    def expire(self, hit: HIT, _: Worker) -> None:
        services.set_expiration(hit, shop.EPOCH, clock.now())

    def wait(self, *_: object) -> None:
        self.advance(timedelta(minutes=self.dice.choice([5, 20, 59, 61, 600])))

    def dispose(self, hit: HIT, _: Worker) -> None:
        if self.dice.random() < 0.5:
            services.delete_hit(hit, clock.now())
            self.hits = [each for each in self.hits if each != hit]
            self.hits.append(shop.publish(hit.requester))


@pytest.mark.parametrize("seed", range(4))
def test_events_and_tables_agree(
    lab: Requester, advance: Callable[[timedelta], None], seed: int
) -> None:
    life = Life(lab, seed, advance)
    for _ in range(STEPS):
        life.step()
    services.settle(clock.now())
    books.check_books()
    told = Counter(Notice.objects.values_list("event_type", flat=True))
    states = Counter(Assignment.objects.values_list("status", flat=True))
    finished = sum(states[each] for each in Assignment.FINISHED)
    assert finished >= 3
    assert told["HITCreated"] == HIT.objects.count() - 1  # nobody had asked
    assert told["AssignmentAccepted"] == Assignment.objects.count()
    assert told["AssignmentReturned"] == states[Status.RETURNED]
    assert told["AssignmentAbandoned"] == states[Status.ABANDONED]
    assert told["AssignmentSubmitted"] == finished
    assert told["AssignmentApproved"] == states[Status.APPROVED]
    assert told["AssignmentRejected"] == states[Status.REJECTED] + life.overridden
    disposed = HIT.objects.filter(disposed_at__isnull=False)
    assert told["HITDisposed"] == disposed.count()
    for hit in HIT.objects.all():
        mine = Notice.objects.filter(hit_id=hit.hit_id).order_by("pk")
        _check_order(hit, [each.event_type for each in mine])
        times = list(mine.values_list("happened_at", flat=True))
        # approvals that were due are paid after what else was due
        assert times[0] <= times[-1]


def _check_order(hit: HIT, told: list[str]) -> None:
    expired = reviewable = False
    for event in told:
        if event == "HITExtended":
            expired = reviewable = False
        elif event == "HITExpired":
            assert not expired, "expired twice without an extension between"
            expired = True
        elif event == "HITReviewable":
            assert not reviewable, "reviewable twice without an extension between"
            reviewable = True
    live = hit.disposed_at is None
    if live and hit.status(clock.now()) in {"Reviewable", "Reviewing"}:
        assert hit.reviewable_at is not None
    assert not live or (hit.expired_at is not None) == (hit.expires_at <= clock.now())
