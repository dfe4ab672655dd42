"""By which recruiters a study finds its raters."""

from django.db import models

from studies.models.study import Study


class Channel(models.Model):
    """One recruiter of a study: what it was asked for, and whether it still sells."""

    class State(models.TextChoices):
        OPEN = "open", "Recruiting"
        STOPPED = "stopped", "Stopped"

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="channels")
    recruiter = models.CharField(max_length=16)
    # what is sold later goes to the open channels in the proportion of these
    sessions = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    problem = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "recruiter"], name="one_channel_per_recruiter"
            )
        ]

    def __str__(self) -> str:
        return f"{self.recruiter} of {self.study_id}"
