"""Sounds asked of a training run for a study's clips, and how far they are."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from studies.models.catalogue import Category
from studies.models.study import Study


class Generation(models.Model):
    """One training run asked to sound a study's clips."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SAMPLING = "sampling", "Sampling"
        STORING = "storing", "Storing"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        STOPPED = "stopped", "Stopped"

    GOING_ON = (State.WAITING, State.SAMPLING, State.STORING)
    ENDED_EARLY = (State.FAILED, State.STOPPED)

    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="generations"
    )
    # a folder or a checkpoint on the machine that samples
    run = models.CharField(max_length=1000)
    # empty: systems are named by their method
    system = models.CharField(max_length=200, blank=True)
    seed = models.BigIntegerField()
    temperature = models.FloatField(default=1.0)
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.WAITING
    )
    problem = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    # when it last moved: one that stands still was left by a dead worker
    touched_at = models.DateTimeField()
    # taken off the page, and kept; asked again it is there again
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "run", "system"], name="generation_once"
            ),
            models.CheckConstraint(
                name="generation_temperature_positive", condition=Q(temperature__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run} for {self.study_id}"


class GenerationJob(models.Model):
    """What one task samples: the clips of a category of one length, by one method."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    generation = models.ForeignKey(
        Generation, on_delete=models.CASCADE, related_name="jobs"
    )
    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="+")
    method = models.CharField(max_length=16)
    # the length bucket: clips of at most so many seconds
    seconds = models.PositiveSmallIntegerField()
    system = models.CharField(max_length=200)
    checkpoint = models.CharField(max_length=1000)
    sha256 = models.CharField(max_length=64)
    clips = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0)
    # what the sampler found wrong with sounds, by the clip's key
    faults: "models.JSONField[dict[str, list[str]]]" = models.JSONField(default=dict)
    state = models.CharField(
        max_length=16, choices=State.choices, default=State.PLANNED
    )
    # of the samples to be drawn; the total is 0 until the clips are prepared
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["category__order", "method", "seconds"]
        constraints = [
            models.UniqueConstraint(
                fields=["generation", "category", "method", "seconds"],
                name="generation_job_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.category}, {self.method}, {self.seconds} s"

    @property
    def stage(self) -> str:
        """What is being done for it, in a word."""
        if self.state != self.State.RUNNING:
            return self.get_state_display()
        return "Sampling" if self.total else "Preparing"

    @property
    def percent(self) -> int:
        """How far the sampling is, rounded down."""
        if self.state == self.State.DONE:
            return 100
        if self.state != self.State.RUNNING or not self.total:
            return 0
        return min(99, 100 * self.done // self.total)
