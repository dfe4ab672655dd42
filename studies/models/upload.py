"""A manifest and its files on their way to becoming a study."""

import secrets

from django.conf import settings
from django.db import models

from studies.models.study import Study


def draw_key() -> str:
    return secrets.token_hex(16)


class Upload(models.Model):
    """What somebody handed in, and what reading it found."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READING = "reading", "Reading"
        DONE = "done", "Stored"
        FAULTY = "faulty", "Has faults"

    key = models.CharField(max_length=32, unique=True, default=draw_key, editable=False)
    slug = models.SlugField(max_length=64)
    title = models.CharField(max_length=128, blank=True)
    # ours to remove; empty where the manifest lies in somebody's own folder
    folder = models.CharField(max_length=500, blank=True)
    manifest = models.CharField(max_length=1000, blank=True)
    skip_bad = models.BooleanField(default=False)
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.WAITING
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    summary = models.TextField(blank=True)
    faults: "models.JSONField[list[str]]" = models.JSONField(default=list)
    warnings: "models.JSONField[list[str]]" = models.JSONField(default=list)
    # files that can be stored without the faulty ones
    storable = models.PositiveIntegerField(default=0)
    left_out: "models.JSONField[list[str]]" = models.JSONField(default=list)
    study = models.ForeignKey(
        Study, on_delete=models.SET_NULL, null=True, related_name="uploads"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.slug} ({self.get_state_display()})"
