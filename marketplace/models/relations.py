"""What requesters and workers have with each other beside the HITs."""

from django.db import models
from django.db.models import Q

from marketplace import clock
from marketplace.models.accounts import Requester, Worker
from marketplace.models.work import Assignment


class Bonus(models.Model):
    """Money a requester gave a worker on top of an assignment's reward."""

    assignment = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, related_name="bonuses"
    )
    amount_cents = models.PositiveBigIntegerField()
    fee_cents = models.PositiveBigIntegerField()
    reason = models.TextField()
    granted_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "bonuses"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="bonus_gives_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_cents} cents for {self.assignment_id}"


class WorkerBlock(models.Model):
    """A worker who may not see, preview or accept a requester's HITs."""

    requester = models.ForeignKey(Requester, on_delete=models.CASCADE)
    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="blocks")
    reason = models.TextField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "worker"], name="worker_blocked_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker} by {self.requester}"


class Message(models.Model):
    """A requester's words to a worker, who reads them on the site."""

    requester = models.ForeignKey(Requester, on_delete=models.CASCADE)
    worker = models.ForeignKey(
        Worker, on_delete=models.CASCADE, related_name="messages"
    )
    subject = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    sent_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["worker", "read_at"])]

    def __str__(self) -> str:
        return self.subject
