"""Who meets on the marketplace."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from marketplace import clock, ids


class Requester(models.Model):
    """Someone who publishes HITs and pays for them, known by an access key."""

    name = models.CharField(max_length=120)
    access_key_id = models.CharField(
        max_length=128, unique=True, default=ids.access_key_id
    )
    sealed_secret = models.TextField(editable=False, default="")
    is_active = models.BooleanField(default=True)
    contact_email = models.EmailField(
        "contact address",
        blank=True,
        help_text="Letters of workers are sent there too.",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(access_key_id=""), name="requester_has_a_key"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """Someone who does HITs; signs in with a name or the WorkerId, and a password."""

    worker_id = models.CharField(
        "WorkerId",
        max_length=64,
        unique=True,
        default=ids.worker_id,
        validators=[RegexValidator(ids.WORKER_ID_PATTERN)],
    )
    name = models.CharField(max_length=60)
    password = models.CharField(max_length=128, editable=False)
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(ids.COUNTRY_PATTERN)],
        help_text="Two capitals, such as DE. Requesters may ask for it.",
    )
    subdivision = models.CharField(
        "state or region",
        max_length=2,
        blank=True,
        validators=[RegexValidator(ids.SUBDIVISION_PATTERN)],
        help_text="The part of its code after the country's: CA for US-CA.",
    )
    is_active = models.BooleanField(default=True)
    email = models.EmailField("e-mail address", blank=True)
    # none: the address is what somebody typed, and mail may go to a stranger
    email_verified_at = models.DateTimeField(null=True, blank=True)
    accepts_next = models.BooleanField(default=False)
    invitation = models.ForeignKey(
        "marketplace.Invitation",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="workers",
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    failed_sign_ins = models.PositiveSmallIntegerField(default=0, editable=False)
    locked_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="worker_name_is_free"),
            models.CheckConstraint(
                condition=models.Q(worker_id__regex=ids.WORKER_ID_PATTERN),
                name="worker_id_has_its_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(country="")
                | models.Q(country__regex=ids.COUNTRY_PATTERN),
                name="worker_country_has_its_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(subdivision="")
                | models.Q(subdivision__regex=ids.SUBDIVISION_PATTERN)
                & ~models.Q(country=""),
                name="worker_subdivision_is_of_a_country",
            ),
            models.CheckConstraint(
                condition=models.Q(email_verified_at__isnull=True)
                | ~models.Q(email=""),
                name="worker_verified_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.worker_id

    @property
    def locale(self) -> str:
        """The country, with the state or region when there is one: US, US-CA."""
        return (
            f"{self.country}-{self.subdivision}" if self.subdivision else self.country
        )
