"""Who wants to be told of what, and what is waiting to be told."""

import uuid

from django.db import models
from django.db.models import Q

from marketplace import clock
from marketplace.models.accounts import Requester
from marketplace.models.work import HITType


class Transport(models.TextChoices):
    """How a requester is reached; the names are the protocol's."""

    EMAIL = "Email", "E-mail"
    SQS = "SQS", "Amazon SQS"
    SNS = "SNS", "Amazon SNS or a webhook"


class Subscription(models.Model):
    """The events of one HIT type's HITs that its requester is told of, and where."""

    hit_type = models.OneToOneField(
        HITType, on_delete=models.CASCADE, related_name="subscription"
    )
    transport = models.CharField(max_length=5, choices=Transport.choices)
    destination = models.TextField(max_length=1024)
    version = models.CharField(max_length=10)
    event_types: "models.JSONField[list[str]]" = models.JSONField(default=list)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.hit_type_id} to {self.destination}"


class NoticeDocument(models.Model):
    """Events that travel in one message; its id stays the same over all tries.

    It keeps the address it was made for: a changed subscription is for later events.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        DEAD = "dead", "Given up"

    document_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    requester = models.ForeignKey(Requester, on_delete=models.CASCADE)
    transport = models.CharField(max_length=5, choices=Transport.choices)
    destination = models.TextField(max_length=1024)
    version = models.CharField(max_length=10)
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=clock.now)
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    fault = models.TextField("why the last try failed", blank=True)

    class Meta:
        verbose_name = "notification"
        indexes = [
            models.Index(
                fields=["destination"],
                condition=Q(state="waiting"),
                name="notification_waiting",
            ),
            models.Index(fields=["state", "ended_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | Q(state__in=("sent", "dead"), ended_at__isnull=False),
                name="notification_ended_when_it_says_so",
            ),
        ]

    def __str__(self) -> str:
        return self.document_id.hex


class Notice(models.Model):
    """One event, written in the transaction that made it; sent afterwards."""

    requester = models.ForeignKey(Requester, on_delete=models.CASCADE)
    transport = models.CharField(max_length=5, choices=Transport.choices)
    destination = models.TextField(max_length=1024)
    version = models.CharField(max_length=10)
    event_type = models.CharField(max_length=32)
    happened_at = models.DateTimeField()
    # ids and no foreign keys: a test event is about nothing that exists
    hit_type_id = models.CharField(max_length=64)
    hit_id = models.CharField(max_length=64)
    assignment_id = models.CharField(max_length=64, blank=True)
    document = models.ForeignKey(
        NoticeDocument, on_delete=models.CASCADE, null=True, related_name="notices"
    )

    class Meta:
        verbose_name = "event"
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(document__isnull=True),
                name="event_not_in_a_document",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_type} {self.assignment_id or self.hit_id}"
