"""Who sounds (categories, clips) and who made the sound (systems, stimuli)."""

from typing import Any

from django.db import models
from django.db.models import Q


class Category(models.Model):
    """A kind of source, a row of the table: dog, drum, water flowing."""

    study = models.ForeignKey(
        "studies.Study", on_delete=models.CASCADE, related_name="categories"
    )
    name = models.CharField(max_length=200)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="category_once")
        ]

    def __str__(self) -> str:
        return self.name


class System(models.Model):
    """A source of sound, a column of the table; `real` is the control."""

    study = models.ForeignKey(
        "studies.Study", on_delete=models.CASCADE, related_name="systems"
    )
    name = models.CharField(max_length=200)
    is_real = models.BooleanField(default=False)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["is_real", "order"]
        constraints = [
            models.UniqueConstraint(fields=["study", "name"], name="system_once"),
            models.UniqueConstraint(
                fields=["study"], condition=Q(is_real=True), name="one_real_system"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Clip(models.Model):
    """A source video."""

    study = models.ForeignKey(
        "studies.Study", on_delete=models.CASCADE, related_name="clips"
    )
    category = models.ForeignKey(
        Category, on_delete=models.PROTECT, related_name="clips"
    )
    key = models.CharField(max_length=200)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="clip_once")
        ]

    def __str__(self) -> str:
        return self.key


class StimulusQuerySet(models.QuerySet["Stimulus"]):
    def arms(self) -> "StimulusQuerySet":
        return self.filter(kind=Stimulus.Kind.ARM)

    def built(self) -> "StimulusQuerySet":
        return self.filter(built_at__isnull=False)


class Stimulus(models.Model):
    """One encoded file that a rater may meet, and the file it was made from."""

    class Kind(models.TextChoices):
        ARM = "arm", "Arm of a clip"
        SWAP = "swap", "Catch: sound of another category"
        MUTED = "muted", "Catch: no sound"

    study = models.ForeignKey(
        "studies.Study", on_delete=models.CASCADE, related_name="stimuli"
    )
    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="stimuli")
    system = models.ForeignKey(System, on_delete=models.PROTECT, null=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ARM)
    sound_clip = models.ForeignKey(
        Clip, on_delete=models.CASCADE, null=True, related_name="+"
    )
    # what was handed in; empty for a catch stimulus without sound
    source_name = models.CharField(max_length=300, blank=True)
    source_file = models.CharField(max_length=300, blank=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    source_facts: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    warnings: "models.JSONField[list[str]]" = models.JSONField(default=list)
    seed = models.BigIntegerField(null=True)
    checkpoint = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    # what was made of it
    file = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.PositiveBigIntegerField(null=True)
    seconds = models.FloatField(null=True)
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    built_at = models.DateTimeField(null=True)
    built_with = models.CharField(max_length=64, blank=True)

    objects = StimulusQuerySet.as_manager()

    class Meta:
        ordering = ["clip__order", "kind", "system__order"]
        verbose_name_plural = "stimuli"
        constraints = [
            models.UniqueConstraint(
                fields=["clip", "system"],
                condition=Q(kind="arm"),
                name="one_arm_per_clip_and_system",
            ),
            models.UniqueConstraint(
                fields=["clip", "kind"],
                condition=~Q(kind="arm"),
                name="one_catch_stimulus_per_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clip.key} / {self.system.name if self.system else self.kind}"
