"""What is published, and what workers do with it."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from marketplace import clock, ids, money
from marketplace.models.accounts import Requester, Worker


class HITType(models.Model):
    """What HITs of one kind share; workers see them as one group."""

    hit_type_id = models.CharField(max_length=64, unique=True, default=ids.entity_id)
    group_id = models.CharField(max_length=64, unique=True, default=ids.entity_id)
    requester = models.ForeignKey(Requester, on_delete=models.PROTECT)
    title = models.CharField(max_length=128)
    description = models.TextField(max_length=2000)
    keywords = models.TextField(max_length=1000, blank=True)
    reward_cents = models.BigIntegerField()
    assignment_seconds = models.PositiveIntegerField()
    auto_approval_seconds = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = "HIT type"
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "fingerprint"], name="hit_type_once_per_requester"
            ),
            models.CheckConstraint(
                condition=Q(reward_cents__gte=0), name="hit_type_reward_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class HITQuerySet(models.QuerySet["HIT"]):
    """Named reads of HITs."""

    def listed(self) -> "HITQuerySet":
        """All that were not disposed."""
        return self.filter(disposed_at__isnull=True)

    def with_room(self, now: datetime) -> "HITQuerySet":
        """Those that a worker may accept at `now`."""
        taken = F("pending") + F("submitted") + F("completed")
        return self.listed().filter(
            expires_at__gt=now, reviewing=False, max_assignments__gt=taken
        )

    def offered(self, now: datetime) -> "HITQuerySet":
        """Those with room whose requester has an account still."""
        return self.with_room(now).filter(requester__is_active=True)

    def not_done_by(self, worker: Worker) -> "HITQuerySet":
        """Those that the worker neither holds nor has submitted."""
        kept = Assignment.objects.filter(worker=worker).exclude(
            status__in=Assignment.GIVEN_UP
        )
        return self.exclude(pk__in=kept.values("hit"))

    def not_blocked_for(self, worker: Worker) -> "HITQuerySet":
        """Those whose requester has not blocked the worker."""
        return self.exclude(requester__in=worker.blocks.values("requester"))

    def reviewable(self, now: datetime) -> "HITQuerySet":
        """Those whose status is Reviewable at `now`, once settled."""
        full = Q(max_assignments__lte=F("submitted") + F("completed"))
        over = Q(expires_at__lte=now, pending=0)
        return self.listed().filter(full | over, reviewing=False)


class HIT(models.Model):
    """One task, with places for a number of different workers.

    The three counters say how many places are taken and how far they are; what is left
    is free. `held_cents` is the money held for the free places; an assignment that is
    accepted or submitted carries its own. `external_url` is the page of an external
    question, empty for the others.
    """

    class Kind(models.TextChoices):
        EXTERNAL = "external", "ExternalQuestion"
        HTML = "html", "HTMLQuestion"
        FORM = "form", "QuestionForm"

    hit_id = models.CharField(max_length=64, unique=True, default=ids.entity_id)
    requester = models.ForeignKey(Requester, on_delete=models.PROTECT)
    hit_type = models.ForeignKey(HITType, on_delete=models.PROTECT)
    question = models.TextField()
    question_kind = models.CharField(
        max_length=8, choices=Kind.choices, default=Kind.EXTERNAL
    )
    external_url = models.TextField(blank=True)
    frame_height = models.PositiveIntegerField(default=0)
    max_assignments = models.PositiveIntegerField(default=1)
    annotation = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    expires_at = models.DateTimeField()
    reviewing = models.BooleanField(default=False)
    # when time or a submission brought it there; None while it is not so
    expired_at = models.DateTimeField(null=True, blank=True)
    reviewable_at = models.DateTimeField(null=True, blank=True)
    disposed_at = models.DateTimeField(null=True, blank=True)
    pending = models.PositiveIntegerField(default=0)
    submitted = models.PositiveIntegerField(default=0)
    completed = models.PositiveIntegerField(default=0)
    held_cents = models.PositiveBigIntegerField(default=0)

    objects = HITQuerySet.as_manager()

    class Meta:
        verbose_name = "HIT"
        verbose_name_plural = "HITs"
        indexes = [
            models.Index(fields=["requester", "disposed_at"]),
            models.Index(
                fields=["expires_at"],
                condition=Q(expired_at__isnull=True, disposed_at__isnull=True),
                name="hit_to_expire",
            ),
            models.Index(
                fields=["reviewable_at"],
                condition=Q(reviewable_at__isnull=False, disposed_at__isnull=True),
                name="hit_to_dispose",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    max_assignments__gte=F("pending") + F("submitted") + F("completed")
                ),
                name="hit_is_not_oversold",
            ),
            models.CheckConstraint(
                condition=Q(max_assignments__gte=1), name="hit_has_a_place"
            ),
            models.CheckConstraint(
                condition=Q(question_kind="external") ^ Q(external_url=""),
                name="hit_has_an_address_when_external",
            ),
        ]

    def __str__(self) -> str:
        return self.hit_id

    @property
    def available(self) -> int:
        """Places that nobody has taken."""
        return self.max_assignments - self.pending - self.submitted - self.completed

    @property
    def price_cents(self) -> int:
        """What one place costs the requester: the reward and the fee."""
        reward = self.hit_type.reward_cents
        return reward + money.fee_cents(reward, max_assignments=self.max_assignments)

    def status(self, now: datetime) -> str:
        """The HIT's status at `now`, as MTurk names it."""
        if self.disposed_at is not None:
            return "Disposed"
        if self.reviewing:
            return "Reviewing"
        if self.submitted + self.completed >= self.max_assignments:
            return "Reviewable"
        if self.expires_at <= now:
            return "Unassignable" if self.pending else "Reviewable"
        return "Assignable" if self.available else "Unassignable"


class Assignment(models.Model):
    """One worker's attempt at one HIT."""

    class Status(models.TextChoices):
        ACCEPTED = "Accepted"
        SUBMITTED = "Submitted"
        APPROVED = "Approved"
        REJECTED = "Rejected"
        RETURNED = "Returned"
        ABANDONED = "Abandoned"

    FINISHED = (Status.SUBMITTED, Status.APPROVED, Status.REJECTED)
    GIVEN_UP = (Status.RETURNED, Status.ABANDONED)

    # of a given up one it goes to the next worker: look for the newest row
    assignment_id = models.CharField(
        max_length=64, db_index=True, default=ids.entity_id
    )
    handed_on = models.BooleanField("its id was another worker's", default=False)
    hit = models.ForeignKey(HIT, on_delete=models.PROTECT, related_name="assignments")
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="assignments"
    )
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.ACCEPTED
    )
    # what was promised when the worker accepted
    reward_cents = models.PositiveBigIntegerField()
    fee_cents = models.PositiveBigIntegerField()
    accepted_at = models.DateTimeField()
    deadline = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    auto_approval_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    rejected_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    feedback = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["status", "deadline"]),
            models.Index(fields=["status", "auto_approval_at"]),
            models.Index(fields=["worker", "status"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["hit", "worker"],
                condition=~Q(status__in=("Returned", "Abandoned")),
                name="assignment_once_per_worker_and_hit",
            ),
            models.UniqueConstraint(
                fields=["assignment_id"],
                condition=~Q(status__in=("Returned", "Abandoned")),
                name="assignment_id_held_once",
            ),
            models.CheckConstraint(
                condition=Q(deadline__gt=F("accepted_at")),
                name="assignment_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=("Submitted", "Approved", "Rejected"),
                    submitted_at__isnull=False,
                    auto_approval_at__isnull=False,
                )
                | Q(
                    status__in=("Accepted", "Returned", "Abandoned"),
                    submitted_at__isnull=True,
                ),
                name="assignment_submitted_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(status="Approved") | Q(approved_at__isnull=False),
                name="assignment_approved_when_it_says_so",
            ),
            models.CheckConstraint(
                condition=~Q(status="Rejected") | Q(rejected_at__isnull=False),
                name="assignment_rejected_when_it_says_so",
            ),
        ]

    def __str__(self) -> str:
        return self.assignment_id


class RequestToken(models.Model):
    """A UniqueRequestToken that was used; it is forgotten after 24 hours."""

    requester = models.ForeignKey(Requester, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=40)
    token = models.CharField(max_length=128)
    result_id = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "purpose", "token"], name="request_token_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.token}"
