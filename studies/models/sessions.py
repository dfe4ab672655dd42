"""What is published, who came, what they were shown and said."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from studies.models.catalogue import Clip
from studies.models.study import Item, Study


class Posting(models.Model):
    """What a recruiter publishes (a HIT): places for raters, no fixed items."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        SENDING = "sending", "Sending"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="postings")
    recruiter = models.CharField(max_length=16)
    number = models.PositiveIntegerField()
    places = models.PositiveIntegerField()
    # places that the recruiter knows of; more than these are told by extending
    told_places = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.PLANNED
    )
    key = models.CharField(max_length=32, unique=True)
    token = models.CharField(max_length=64, unique=True)
    external_id = models.CharField(max_length=64, blank=True)
    external_group = models.CharField(max_length=64, blank=True)
    url = models.URLField(max_length=500, blank=True)
    reward_usd = models.DecimalField(max_digits=8, decimal_places=2)
    fee_usd = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "number"], name="posting_number_once"
            ),
            models.UniqueConstraint(
                fields=["recruiter", "external_id"],
                condition=~Q(external_id=""),
                name="posting_external_id_once",
            ),
            models.CheckConstraint(
                name="posting_holds_a_place", condition=Q(places__gte=1)
            ),
            # by the MTurk protocol the fee doubles from ten places on
            models.CheckConstraint(
                name="mturk_posting_holds_at_most_9_places",
                condition=Q(places__lte=9) | ~Q(recruiter="mturk"),
            ),
            models.CheckConstraint(
                name="posting_price_not_negative",
                condition=Q(reward_usd__gte=0, fee_usd__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study.slug} #{self.number}"


class Assignment(models.Model):
    """One rater's session on a posting."""

    class State(models.TextChoices):
        ACTIVE = "active", "Working"
        COMPLETED = "completed", "All votes held, not yet submitted"
        SUBMITTED = "submitted", "Submitted"
        APPROVED = "approved", "Approved"
        REJECTING = "rejecting", "Being rejected"
        REJECTED = "rejected", "Rejected"
        RETURNED = "returned", "Returned"
        EXPIRED = "expired", "Expired"

    class Irregular(models.TextChoices):
        LATE = "late", "Late"
        DUPLICATE = "duplicate", "Duplicate"
        FOREIGN = "foreign", "Foreign"
        FORGED = "forged", "Forged"

    OPEN = (State.ACTIVE, State.COMPLETED)
    DONE = (State.SUBMITTED, State.APPROVED, State.REJECTING, State.REJECTED)
    GONE = (State.RETURNED, State.EXPIRED)

    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="assignments"
    )
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, related_name="assignments"
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    rater = models.CharField(max_length=128)
    external_id = models.CharField(max_length=64, blank=True)
    submit_url = models.URLField(max_length=500, blank=True)
    state = models.CharField(max_length=16, choices=State.choices, default=State.ACTIVE)
    steps: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    client: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    flags: "models.JSONField[list[str]]" = models.JSONField(default=list)
    irregular = models.CharField(max_length=16, choices=Irregular.choices, blank=True)
    # a second submission of one person on one posting, kept beside the first
    is_repeat = models.BooleanField(default=False)
    used = models.BooleanField(null=True)
    unused_reason = models.CharField(max_length=200, blank=True)
    recruiter_copy = models.TextField(blank=True)
    feedback = models.TextField(blank=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    deadline = models.DateTimeField()
    completed_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["started_at"]
        permissions = [("reject_assignment", "Can refuse to pay a session")]
        constraints = [
            models.UniqueConstraint(
                fields=["posting", "rater"],
                condition=Q(is_repeat=False),
                name="one_session_per_rater_and_posting",
            ),
            # recruiters hand a returned id to the next rater: only one may hold it
            models.UniqueConstraint(
                fields=["posting", "external_id"],
                condition=Q(posting__isnull=False)
                & ~Q(state__in=["returned", "expired"]),
                name="external_id_held_once",
            ),
        ]
        indexes = [models.Index(fields=["study", "state"])]

    def __str__(self) -> str:
        return f"{self.rater} in {self.study_id}"


class TrialQuerySet(models.QuerySet["Trial"]):
    def met(self) -> "TrialQuerySet":
        """Those whose clip the rater was shown, or holds to be shown it."""
        return self.filter(~Q(state=Trial.State.RELEASED) | Q(shown_at__isnull=False))


class Trial(models.Model):
    """An item allocated to an assignment: a lease until it is answered."""

    class State(models.TextChoices):
        LEASED = "leased", "Leased"
        ANSWERED = "answered", "Answered"
        RELEASED = "released", "Back in the pool"

    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="trials"
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="trials")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    index = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=Item.Kind.choices)
    state = models.CharField(max_length=16, choices=State.choices, default=State.LEASED)
    # written again here so that the database itself can forbid a second meeting
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="trials")
    rater = models.CharField(max_length=128)
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT)
    shown_at = models.DateTimeField(null=True)
    # False for imported votes: another design may let a rater meet a clip again
    allocated_here = models.BooleanField(default=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["index"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "index"], name="trial_index_once"
            ),
            models.UniqueConstraint(
                fields=["assignment", "item"], name="trial_item_once"
            ),
            models.UniqueConstraint(
                fields=["study", "rater", "clip"],
                condition=Q(kind="scored", allocated_here=True)
                & (~Q(state="released") | Q(shown_at__isnull=False)),
                name="rater_never_meets_a_clip_twice",
            ),
            models.CheckConstraint(
                name="trial_answered_after_it_was_shown",
                condition=~Q(state="answered") | Q(shown_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}.{self.index}"


class VoteQuerySet(models.QuerySet["Vote"]):
    def counted(self) -> "VoteQuerySet":
        """Usable votes on scored items of sessions that are used.

        One whose place went back to the pool makes room for another rater's.
        """
        return self.filter(
            usable=True, trial__kind=Item.Kind.SCORED, trial__assignment__used=True
        ).exclude(trial__state=Trial.State.RELEASED)


class Vote(models.Model):
    """The answer to one question of one trial."""

    class Source(models.TextChoices):
        PAGE = "page", "Rater's page"
        RECRUITER = "recruiter", "Recruiter's copy"
        IMPORT = "import", "Imported"

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="votes")
    question = models.CharField(max_length=32)
    choice = models.CharField(max_length=32)
    client_uuid = models.UUIDField(unique=True)
    source = models.CharField(
        max_length=16, choices=Source.choices, default=Source.PAGE
    )
    usable = models.BooleanField(default=True)
    unusable_reason = models.CharField(max_length=200, blank=True)
    seconds = models.FloatField(null=True)
    telemetry: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    objects = VoteQuerySet.as_manager()

    class Meta:
        ordering = ["received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["trial", "question"], name="one_vote_per_trial_and_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.trial_id}: {self.choice}"


class Event(models.Model):
    """What happened to a study, for people to read."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=32)
    message = models.TextField()
    data: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.message
