"""What workers are known to be, and what HIT types ask of them."""

from django.db import models
from django.db.models import Q

from marketplace import clock, ids
from marketplace.models.accounts import Requester, Worker
from marketplace.models.work import HITType


class QualificationType(models.Model):
    """A property that a requester gives to workers, with a value."""

    class Status(models.TextChoices):
        ACTIVE = "Active"
        INACTIVE = "Inactive"

    type_id = models.CharField(max_length=64, unique=True, default=ids.entity_id)
    requester = models.ForeignKey(Requester, on_delete=models.PROTECT)
    name = models.CharField(max_length=200)
    description = models.TextField(max_length=2000)
    keywords = models.TextField(max_length=1000, blank=True)
    status = models.CharField(max_length=8, choices=Status.choices)
    # none: who had it once may not ask again
    retry_seconds = models.PositiveBigIntegerField(null=True, blank=True)
    auto_granted = models.BooleanField(default=False)
    auto_granted_value = models.IntegerField(default=1)
    # a QuestionForm and an AnswerKey, as the requester wrote them; empty is none
    test = models.TextField(blank=True)
    test_seconds = models.PositiveBigIntegerField(null=True, blank=True)
    answer_key = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "name"],
                condition=Q(deleted_at__isnull=True),
                name="qualification_type_name_is_free",
            ),
            models.CheckConstraint(
                condition=Q(test="") | Q(auto_granted=False),
                name="qualification_type_has_a_test_or_is_granted",
            ),
            models.CheckConstraint(
                condition=Q(test="", test_seconds__isnull=True, answer_key="")
                | (~Q(test="") & Q(test_seconds__gt=0)),
                name="qualification_type_test_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Qualification(models.Model):
    """A worker's qualification of a type, or one that was revoked."""

    class Status(models.TextChoices):
        GRANTED = "Granted"
        REVOKED = "Revoked"

    type = models.ForeignKey(
        QualificationType, on_delete=models.PROTECT, related_name="qualifications"
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="qualifications"
    )
    value = models.IntegerField(default=1)
    status = models.CharField(max_length=7, choices=Status.choices)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "worker"], name="qualification_once_per_worker"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type}: {self.value}"


class Sitting(models.Model):
    """A worker who takes a type's test, from the first page to the last answer.

    It keeps the test as it was when the worker began: a requester may change it while
    it is being taken.
    """

    type = models.ForeignKey(
        QualificationType, on_delete=models.PROTECT, related_name="sittings"
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="sittings"
    )
    test = models.TextField()
    answer_key = models.TextField(blank=True)
    began_at = models.DateTimeField()
    deadline = models.DateTimeField()
    # when the answers came, or the time was found to have run out
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "worker"],
                condition=Q(ended_at__isnull=True),
                name="sitting_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker}: {self.type}"


class QualificationRequest(models.Model):
    """What a worker handed in to get a qualification, and what became of it.

    Made when it is handed in, so the rows are in the order of submission.
    """

    class Status(models.TextChoices):
        SUBMITTED = "Submitted"
        GRANTED = "Granted"
        REJECTED = "Rejected"

    request_id = models.CharField(max_length=64, unique=True, default=ids.entity_id)
    type = models.ForeignKey(
        QualificationType, on_delete=models.PROTECT, related_name="requests"
    )
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="qualification_requests"
    )
    # the test as it was taken, and a QuestionFormAnswers document; empty without a test
    test = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    status = models.CharField(max_length=9, choices=Status.choices)
    # when the worker asked: for a test that is when it began
    asked_at = models.DateTimeField()
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    value = models.IntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["type", "worker"],
                condition=Q(status="Submitted"),
                name="qualification_request_one_is_pending",
            ),
        ]

    def __str__(self) -> str:
        return self.request_id


class Requirement(models.Model):
    """What a HIT type asks of workers' qualification of one type."""

    class Guarded(models.TextChoices):
        ACCEPT = "Accept"
        PREVIEW = "PreviewAndAccept"
        DISCOVER = "DiscoverPreviewAndAccept"

    hit_type = models.ForeignKey(
        HITType, on_delete=models.CASCADE, related_name="requirements"
    )
    # an id and no foreign key: the system's qualifications have no row
    type_id = models.CharField(max_length=64, db_index=True)
    comparator = models.CharField(max_length=20)
    integers = models.JSONField(default=list)
    # a country's code, or one with a subdivision: US, US-CA
    countries = models.JSONField(default=list)
    guarded = models.CharField(max_length=24, choices=Guarded.choices)

    def __str__(self) -> str:
        return f"{self.type_id} {self.comparator}"
