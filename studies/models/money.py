"""What raters are paid: one row for every call that pays."""

from django.db import models
from django.db.models import Q

from studies.models.sessions import Assignment


class Payment(models.Model):
    """One paying call to a recruiter, written before it is made.

    PLANNED was never sent, or surely without effect. SENT is on its way, or waits for
    the rater where a compensation was offered. UNKNOWN may have taken effect. FAILED
    was refused for good and waits for a person. WRITTEN_OFF will not be paid.
    """

    class Kind(models.TextChoices):
        REWARD = "reward", "Reward"
        BONUS = "bonus", "Bonus"
        COMPENSATION = "compensation", "Compensation"

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        SENT = "sent", "Sent"
        CONFIRMED = "confirmed", "Confirmed"
        UNKNOWN = "unknown", "Unknown"
        FAILED = "failed", "Refused"
        WRITTEN_OFF = "written_off", "Written off"

    UNSETTLED = (State.PLANNED, State.SENT, State.UNKNOWN)
    UNPAID = (State.FAILED, State.WRITTEN_OFF)

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="payments"
    )
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.REWARD)
    amount_usd = models.DecimalField(max_digits=8, decimal_places=2)
    fee_usd = models.DecimalField(max_digits=8, decimal_places=2)
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.PLANNED
    )
    # when it was last sent to a recruiter that may have taken it
    sent_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=64, unique=True)
    # calls begun: from the first on, the recruiter is asked before it is sent again
    tries = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    # a compensation: the rater's other session that carries it as a bonus, or else the
    # recruiter's id of the posting that was offered
    carrier = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    offer_id = models.CharField(max_length=64, blank=True)
    planned_by = models.CharField(max_length=150, blank=True)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["created_at", "pk"]
        permissions = [("write_off_payment", "Can decide that a payment is not made")]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(kind="reward"),
                name="one_reward_per_assignment",
            ),
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(kind="compensation"),
                name="one_compensation_per_assignment",
            ),
            models.CheckConstraint(
                name="payment_not_negative",
                condition=Q(amount_usd__gte=0, fee_usd__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_usd} {self.state}"
