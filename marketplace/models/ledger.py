"""Money on the marketplace: accounts, and entries that move cents between them."""

from django.db import models
from django.db.models import F, Q

from marketplace import clock
from marketplace.models.accounts import Requester, Worker


class Account(models.Model):
    """A purse. Its balance is the sum of its entries; only the bank's is negative."""

    class Kind(models.TextChoices):
        BANK = "bank", "Outside the marketplace"
        AVAILABLE = "available", "A requester's funds"
        HELD = "held", "A requester's funds held for published HITs"
        EARNINGS = "earnings", "A worker's earnings"
        FEES = "fees", "The marketplace's fees"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    requester = models.ForeignKey(
        Requester, on_delete=models.PROTECT, null=True, related_name="accounts"
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, null=True, related_name="accounts"
    )
    balance_cents = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="bank") | Q(balance_cents__gte=0),
                name="account_is_not_overdrawn",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=("available", "held"),
                    requester__isnull=False,
                    worker__isnull=True,
                )
                | Q(kind="earnings", worker__isnull=False, requester__isnull=True)
                | Q(
                    kind__in=("bank", "fees"),
                    worker__isnull=True,
                    requester__isnull=True,
                ),
                name="account_has_its_owner",
            ),
            models.UniqueConstraint(
                fields=["requester", "kind"],
                condition=Q(requester__isnull=False),
                name="account_once_per_requester",
            ),
            models.UniqueConstraint(
                fields=["worker", "kind"],
                condition=Q(worker__isnull=False),
                name="account_once_per_worker",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(requester__isnull=True, worker__isnull=True),
                name="account_once_per_marketplace",
            ),
        ]

    def __str__(self) -> str:
        owner = self.requester or self.worker
        return f"{self.get_kind_display()} ({owner})" if owner else str(self.kind)


class LedgerEntry(models.Model):
    """Cents moved from one account to another: what one loses, the other gains.

    Both legs are one row, so no entry can be out of balance.
    """

    class Reason(models.TextChoices):
        DEPOSIT = "deposit", "Prepayment"
        HOLD = "hold", "Held for a HIT"
        RELEASE = "release", "No longer held for a HIT"
        BONUS = "bonus", "Bonus"
        REWARD = "reward", "Reward"
        FEE = "fee", "Fee"

    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    amount_cents = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    # an id and no foreign key: entries outlive what they were made for
    about = models.CharField("HIT or assignment", max_length=64, blank=True)
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="entry_moves_something"
            ),
            models.CheckConstraint(
                condition=~Q(source=F("target")), name="entry_joins_two_accounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.amount_cents} cents"
