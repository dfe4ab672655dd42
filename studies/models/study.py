"""A study, its frozen rules, and the items that raters judge."""

import secrets
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from studies.models.catalogue import Category, Clip, Stimulus, System


def draw_salt() -> str:
    return secrets.token_hex(16)


def draw_seed() -> int:
    return secrets.randbelow(2**31)


class Study(models.Model):
    """One perceptual study, from clips to report."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        BUILDING = "building", "Building"
        READY = "ready", "Ready"
        LAUNCHING = "launching", "Launching"
        LIVE = "live", "Live"
        CLOSING = "closing", "Closing"
        CLOSED = "closed", "Closed"

    UNLAUNCHED = (State.DRAFT, State.BUILDING, State.READY)
    RUNNING = (State.LAUNCHING, State.LIVE, State.CLOSING)

    slug = models.SlugField(max_length=64, unique=True)
    title = models.CharField(max_length=128)
    description = models.TextField(blank=True)
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.DRAFT, editable=False
    )
    design = models.CharField(max_length=32, default="real-or-fake", editable=False)
    seed = models.BigIntegerField(
        default=draw_seed,
        validators=[MinValueValidator(0)],
        help_text="Decides every random choice of this study.",
    )
    votes_per_item = models.PositiveSmallIntegerField(
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text="Usable votes, each by another person, that every item gets.",
    )
    items_per_session = models.PositiveSmallIntegerField(
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(500)],
        help_text="Items that one session asks for, practice and catch not counted.",
    )
    practice_items = models.PositiveSmallIntegerField(
        default=2,
        validators=[MaxValueValidator(20)],
        help_text="Items with feedback at the start of a rater's first session.",
    )
    catch_items = models.PositiveSmallIntegerField(
        default=2,
        validators=[MaxValueValidator(20)],
        help_text="Items with a known answer, mixed in at random places.",
    )
    max_votes_per_rater = models.PositiveIntegerField(
        default=60,
        validators=[MinValueValidator(1)],
        help_text="Votes that one person may give in the whole study.",
    )
    reward_usd = models.DecimalField(
        max_digits=8,
        decimal_places=2,
        default=Decimal("0.50"),
        validators=[MinValueValidator(Decimal("0.00"))],
        help_text="Paid for each session.",
    )
    hard_cap_usd = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        default=Decimal("500.00"),
        validators=[MinValueValidator(Decimal("0.00"))],
        help_text="Rewards and fees together never pass this sum.",
    )
    soft_cap_usd = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.00"))],
        help_text="From this sum on no more places are sold; those sold are paid. "
        "Left empty, only the hard cap holds.",
    )
    assignment_minutes = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(1)]
    )
    lifetime_hours = models.PositiveIntegerField(
        default=72, validators=[MinValueValidator(1)]
    )
    places_per_posting = models.PositiveSmallIntegerField(
        default=9,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
        help_text="At most 9: from 10 places on, Mechanical Turk doubles its fee.",
    )
    render = models.JSONField(default=dict, blank=True)
    rules = models.JSONField(default=dict, blank=True)
    comparisons: "models.JSONField[dict[str, Any]]" = models.JSONField(
        default=dict, blank=True
    )
    consent_text = models.TextField(blank=True)
    contact_email = models.EmailField(blank=True)
    spec: "models.JSONField[dict[str, Any]]" = models.JSONField(
        default=dict, editable=False
    )
    spec_hash = models.CharField(max_length=64, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)
    is_import = models.BooleanField(default=False, editable=False)
    salt = models.CharField(max_length=32, default=draw_salt, editable=False)
    recruiter = models.CharField(max_length=16, blank=True, editable=False)
    problem = models.TextField(blank=True, editable=False)
    # when a build last moved: one that stands still was left by a dead worker
    touched_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    launched_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # when the recruiters of a closed study were last asked for late submissions
    asked_late_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-created_at"]
        verbose_name_plural = "studies"
        permissions = [("launch_study", "Can launch and close studies: spends money")]
        constraints = [
            models.CheckConstraint(
                name="study_reward_not_negative", condition=Q(reward_usd__gte=0)
            ),
            models.CheckConstraint(
                name="study_postings_hold_at_most_9_places",
                condition=Q(places_per_posting__gte=1, places_per_posting__lte=9),
            ),
            models.CheckConstraint(
                name="study_votes_per_item_positive", condition=Q(votes_per_item__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.slug


class ItemQuerySet(models.QuerySet["Item"]):
    def scored(self) -> "ItemQuerySet":
        return self.filter(kind=Item.Kind.SCORED)

    def wanting(self) -> "ItemQuerySet":
        """Items with places that nobody holds."""
        return self.scored().filter(taken__lt=F("places"))


class Item(models.Model):
    """What is judged once: one stimulus, or several for a comparison."""

    class Kind(models.TextChoices):
        SCORED = "scored", "Scored"
        PRACTICE = "practice", "Practice"
        CATCH = "catch", "Catch"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.SCORED)
    clip = models.ForeignKey(Clip, on_delete=models.PROTECT, related_name="items")
    category = models.ForeignKey(Category, on_delete=models.PROTECT)
    system = models.ForeignKey(System, on_delete=models.PROTECT, null=True)
    truth = models.CharField(max_length=16)
    stimuli = models.ManyToManyField(Stimulus, through="ItemStimulus")
    order = models.PositiveIntegerField(default=0)
    places = models.PositiveIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0)
    # the look that its clip's votes are needed for; 0 where no looks were declared
    stage = models.PositiveSmallIntegerField(default=0)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="item_key_once"),
            models.CheckConstraint(
                name="item_never_over_leased",
                condition=~Q(kind="scored") | Q(taken__lte=F("places")),
            ),
        ]
        indexes = [models.Index(fields=["study", "kind", "taken"])]

    def __str__(self) -> str:
        return self.key


class ItemStimulus(models.Model):
    """Which stimuli an item shows, in the design's order."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="shown")
    stimulus = models.ForeignKey(Stimulus, on_delete=models.PROTECT)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "position"], name="item_position_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}.{self.position}"
