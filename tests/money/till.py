"""Studies on the real marketplace, for the tests that follow the money to the cent."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.test import Client
from django.utils import timezone

from marketplace import services as market
from marketplace.models import HIT, Account, LedgerEntry, Requester, Worker
from studies.errors import RecruiterError
from studies.models import Assignment, Payment, Posting, Study
from studies.recruiters.base import BonusSpec, CompensationSpec, PostingHandle
from studies.recruiters.mturk import Endpoint, MTurkRecruiter
from studies.services import sessions, votes
from tests.marketplace import shop
from tests.studies.conftest import answer_all
from tests.worlds import World

SMALL = World(
    categories=2,
    clips_per_category=2,
    systems=("real", "flow"),
    settings={"places_per_posting": 3, "items_per_session": 2, "practice_items": 0},
)


class LostAnswers(MTurkRecruiter):
    """Makes the call, and then the answer is lost, for each name in `lost`."""

    lost: tuple[str, ...] = ()

    def _after(self, name: str) -> None:
        if name in self.lost:
            raise RecruiterError(f"{name}: timed out", permanent=False, uncertain=True)

    def bonus(self, spec: BonusSpec) -> None:
        super().bonus(spec)
        self._after("bonus")

    def approve(self, external_id: str) -> None:
        super().approve(external_id)
        self._after("approve")

    def reject(self, external_id: str, reason: str) -> None:
        super().reject(external_id, reason)
        self._after("reject")

    def compensate(self, spec: CompensationSpec) -> PostingHandle | None:
        offered = super().compensate(spec)
        self._after("compensate")
        return offered


@dataclass
class Till:
    """A live study whose recruiter is the marketplace, and who works there."""

    study: Study
    recruiter: LostAnswers

    def accept(self, number: int) -> Assignment:
        """Worker `number` accepts a place of the study and answers everything."""
        name = f"AWORKER{number:04d}"
        worker, _ = Worker.objects.get_or_create(worker_id=name, name=name)
        now = timezone.now()
        ours = self.study.postings.filter(state=Posting.State.OPEN)
        free = HIT.objects.with_room(now).exclude(assignments__worker=worker)
        hit = free.filter(hit_id__in=ours.values("external_id")).first()
        assert hit is not None, "no place is free"
        place = market.accept(worker, hit, now)
        entry = self.recruiter.entry(
            {"assignmentId": place.assignment_id, "workerId": name}
        )
        posting = ours.get(external_id=hit.hit_id)
        mine = sessions.begin(self.study, posting, entry, now=now, client={})
        answer_all(mine)
        return mine

    def work(self, number: int) -> Assignment:
        """Worker `number` does a whole session and submits it."""
        mine = self.accept(number)
        self.submit(mine)
        return mine

    def submit(self, mine: Assignment) -> None:
        """The rater's form arrives at the marketplace."""
        form = votes.finish(mine, timezone.now())
        reply = Client().post("/marketplace/mturk/externalSubmit", form.fields)
        assert reply.status_code == 200

    def give_up(self, mine: Assignment) -> None:
        """The rater finished, and the time ran out before the form arrived."""
        votes.finish(mine, timezone.now())
        Assignment.objects.filter(pk=mine.pk).update(
            deadline=timezone.now() - timedelta(hours=1)
        )


def open_market(site: str) -> LostAnswers:
    """Return the recruiter over the marketplace that answers at `site`."""
    home = f"{site}/marketplace"
    shop.requester()
    return LostAnswers(Endpoint(f"{home}/api/", home, shop.KEY, shop.SECRET, False))


def spent_by_the_ledger(key: str = shop.KEY) -> Decimal:
    """What a requester has lost to workers and to the marketplace, in dollars."""
    owner = Requester.objects.get(access_key_id=key)
    gone = LedgerEntry.objects.filter(
        source__requester=owner,
        target__kind__in=(Account.Kind.EARNINGS, Account.Kind.FEES),
    )
    return Decimal(sum(gone.values_list("amount_cents", flat=True))) / 100


def confirmed() -> Decimal:
    """What our rows say is paid, in dollars."""
    rows = Payment.objects.filter(state=Payment.State.CONFIRMED)
    return sum((row.amount_usd + row.fee_usd for row in rows), Decimal("0.00"))
