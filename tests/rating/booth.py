"""A live study with one open posting, as raters come to it over the network."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from studies.models import Posting, Study
from tests.worlds import World, live_study


@dataclass(frozen=True, slots=True)
class Booth:
    """A live study and its one open posting."""

    study: Study
    posting: Posting

    def query(self, worker: str = "AWORKER1", assignment: str = "ASG1") -> str:
        """Return what the marketplace appends for a rater who has accepted."""
        return urlencode(
            {
                "p": self.posting.key,
                "assignmentId": assignment,
                "hitId": "HIT1",
                "workerId": worker,
                "turkSubmitTo": settings.MARKETPLACE_URL,
            }
        )

    def path(self, worker: str = "AWORKER1", assignment: str = "ASG1") -> str:
        """Return the page's path for a rater who has accepted."""
        return f"/rate/{self.study.slug}/?{self.query(worker, assignment)}"

    def preview_path(self) -> str:
        """Return the page's path for somebody who only looks."""
        unknown = "ASSIGNMENT_ID_NOT_AVAILABLE"
        return (
            f"/rate/{self.study.slug}/?p={self.posting.key}&assignmentId={unknown}"
            "&hitId=HIT1"
        )


SECONDS = 0.6


def open_booth(*, seconds: float = SECONDS, **options: Any) -> Booth:
    """Make six clips by two systems: sessions of one practice, two and a catch."""
    defaults = {"items_per_session": 2, "practice_items": 1, "catch_items": 1}
    world = World(
        slug="booth",
        systems=("real", "flow"),
        media=True,
        seconds=seconds,
        settings=defaults | {"contact_email": "lab@example.org"} | options,
    )
    study = live_study(world)
    return Booth(study, study.postings.get())
