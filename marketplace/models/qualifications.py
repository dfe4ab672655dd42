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
    created_at = models.DateTimeField(default=clock.now, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["requester", "name"],
                condition=Q(deleted_at__isnull=True),
                name="qualification_type_name_is_free",
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
    countries = models.JSONField(default=list)
    guarded = models.CharField(max_length=24, choices=Guarded.choices)

    def __str__(self) -> str:
        return f"{self.type_id} {self.comparator}"
