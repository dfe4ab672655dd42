"""What must hold of the marketplace's money whatever happened."""

from django.db.models import QuerySet, Sum

from marketplace import services
from marketplace.models import HIT, Account, Assignment, LedgerEntry, Requester

Status = Assignment.Status


def total(entries: QuerySet[LedgerEntry]) -> int:
    return sum(entries.values_list("amount_cents", flat=True))


def check_books() -> None:
    """What must hold whatever happened."""
    assert Account.objects.aggregate(all=Sum("balance_cents"))["all"] == 0
    for purse in Account.objects.all():
        gained = LedgerEntry.objects.filter(target=purse).aggregate(
            s=Sum("amount_cents")
        )
        lost = LedgerEntry.objects.filter(source=purse).aggregate(s=Sum("amount_cents"))
        assert purse.balance_cents == (gained["s"] or 0) - (lost["s"] or 0)
    open_ones = (Status.ACCEPTED, Status.SUBMITTED)
    for owner in Requester.objects.all():
        carried = Assignment.objects.filter(hit__requester=owner, status__in=open_ones)
        held = sum(a.reward_cents + a.fee_cents for a in carried)
        held += sum(hit.held_cents for hit in HIT.objects.filter(requester=owner))
        assert services.balances(owner).held_cents == held
    for hit in HIT.objects.all():
        states = list(hit.assignments.values_list("status", flat=True))
        assert hit.pending == states.count(Status.ACCEPTED)
        assert hit.submitted == states.count(Status.SUBMITTED)
        assert hit.completed == sum(
            state in {Status.APPROVED, Status.REJECTED} for state in states
        )
