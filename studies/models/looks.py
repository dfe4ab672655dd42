"""Looks at the votes of a study that runs: planned before launch, each kept."""

from django.db import models
from django.db.models import Q

from studies.models.study import Study


class Look(models.Model):
    """One look that was taken: written once, never changed.

    `difference` is a share, first system minus second; `statistic` had to reach
    `bound`. `votes_sha256` names the votes that were looked at.
    """

    study = models.ForeignKey(Study, on_delete=models.PROTECT, related_name="looks")
    # the stage at whose end it was taken: it is at the clips of all stages up to it
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    videos = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    difference = models.FloatField()
    statistic = models.FloatField()
    bound = models.FloatField()
    crossed = models.BooleanField()
    votes_sha256 = models.CharField(max_length=64)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "number"], name="look_number_once"
            ),
            models.CheckConstraint(
                name="look_counts_from_one", condition=Q(number__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"look {self.number} of {self.study_id}"
