"""A study on the real marketplace of this site, and the people who come to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.utils import timezone

from marketplace import services as market
from marketplace.models import HIT, Worker
from marketplace.models import Assignment as Place
from studies.models import Assignment, Posting, Study
from studies.services.advance_result import AdvanceResult
from studies.services.collect import advance
from studies.services.publish import launch
from tests.rating.booth import Booth
from tests.rating.caller import Caller
from tests.worlds import World, built_study

SMALL = {"items_per_session": 2, "practice_items": 1, "catch_items": 1}


class Visitor(Caller):
    """A worker who has accepted a place and knows what is real."""

    def __init__(self, booth: Booth, worker: str, asg: str) -> None:
        super().__init__(booth, worker, asg)
        self.client.defaults["SERVER_NAME"] = "localhost"

    def answer_all(self) -> int:
        count = 0
        while trial := self.get("trial")["trial"]:
            row = self.assignment().trials.get(key=trial["key"])
            self.answer(trial, row.item.truth)
            count += 1
        return count

    def work(self) -> dict[str, str]:
        """Do everything but hand in; return the fields of the last form."""
        self.get_ready()
        self.answer_all()
        fields: dict[str, str] = self.get("finish")["fields"]
        return fields


@dataclass
class Stall:
    """One live study with its postings at the marketplace."""

    study: Study
    seats: dict[str, Visitor] = field(default_factory=dict)

    def posting(self, number: int = 0) -> Posting:
        return self.study.postings.order_by("number")[number]

    def come(self, name: str, posting: Posting | None = None) -> Visitor:
        """Let a worker accept a place; she has not opened the page yet."""
        posting = posting or self.posting()
        worker, _ = Worker.objects.get_or_create(worker_id=name, name=name)
        hit = HIT.objects.get(hit_id=posting.external_id)
        place = market.accept(worker, hit, timezone.now())
        return Visitor(Booth(self.study, posting), name, place.assignment_id)

    def hand_in(self, who: Visitor, fields: Mapping[str, str]) -> None:
        """Post the marketplace's own form, with whatever fields."""
        sent = {name: text for name, text in fields.items() if name != "assignmentId"}
        market.submit(who.asg, sent, timezone.now())

    def advance(self) -> AdvanceResult:
        result = advance(self.study)
        self.study.refresh_from_db()
        return result

    def session(self, who: Visitor) -> Assignment:
        """The session as which her submission stands in our books."""
        return self.study.assignments.get(external_id=who.asg)

    def logged(self, kind: str) -> list[str]:
        rows = self.study.events.filter(kind=kind).order_by("pk")
        return list(rows.values_list("message", flat=True))

    def paid_there(self, who: Visitor) -> str:
        """What the marketplace itself says of her assignment."""
        place = Place.objects.get(assignment_id=who.asg)
        return str(place.status)


def open_stall(slug: str = "stall", **settings: Any) -> Stall:
    world = World(slug=slug, systems=("real", "flow"), settings=SMALL | settings)
    return Stall(launch(built_study(world), "mturk"))


def entry_query(who: Visitor) -> dict[str, str]:
    """The query that the marketplace's frame gives the page."""
    return dict(parse_qsl(urlsplit(who.booth.path(who.worker, who.asg)).query))
