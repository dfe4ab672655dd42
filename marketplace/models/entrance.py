"""How workers come in, how often they may try, and what they write to requesters."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from marketplace import clock
from marketplace.models.accounts import Requester, Worker


class Invitation(models.Model):
    """A link that lets a number of people open an account while sign-up is closed.

    Its code is known to whom the link was given; here only its hash is.
    """

    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField(
        max_length=200, blank=True, help_text="For you alone: whom it is for."
    )
    uses = models.PositiveIntegerField(
        default=1, help_text="How many accounts may be opened with it."
    )
    used = models.PositiveIntegerField(default=0, editable=False)
    expires_at = models.DateTimeField()
    is_active = models.BooleanField(
        "active", default=True, help_text="Take it away to withdraw the invitation."
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(uses__gte=1), name="invitation_is_for_somebody"
            ),
            models.CheckConstraint(
                condition=Q(used__lte=F("uses")), name="invitation_is_not_overused"
            ),
        ]

    def __str__(self) -> str:
        return self.note or f"Invitation {self.pk}"

    @property
    def left(self) -> int:
        """Accounts that may still be opened with it."""
        return self.uses - self.used

    def is_open(self, now: datetime) -> bool:
        """Whether it lets anybody in at `now`."""
        return self.is_active and self.left > 0 and self.expires_at > now


class Attempt(models.Model):
    """Something that may be done so often in a while; the while over, it is forgotten.

    `subject` is a keyed hash: no address or name of a visitor is kept.
    """

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=32)
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "subject", "made_at"])]

    def __str__(self) -> str:
        return f"{self.kind} at {self.made_at}"


class Letter(models.Model):
    """A worker's words to a requester."""

    worker = models.ForeignKey(Worker, on_delete=models.CASCADE, related_name="letters")
    requester = models.ForeignKey(
        Requester, on_delete=models.CASCADE, related_name="letters"
    )
    # words and no foreign key: what was meant may be gone when it is read
    about = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    sent_at = models.DateTimeField(default=clock.now)
    mailed_at = models.DateTimeField("mailed on", null=True, blank=True)

    class Meta:
        verbose_name = "letter to a requester"
        verbose_name_plural = "letters to requesters"
        indexes = [models.Index(fields=["worker", "requester"])]

    def __str__(self) -> str:
        return self.subject
