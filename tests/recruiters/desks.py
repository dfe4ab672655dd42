"""Each recruiter with a way to make people come: what its contract is tested on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from django.test import Client

from marketplace import clock, services
from marketplace.models import HIT
from studies.recruiters.base import (
    Entry,
    PostingSpec,
    PostingStatus,
    Recruiter,
    Submission,
)
from studies.recruiters.link import LinkRecruiter
from studies.recruiters.mturk import Endpoint, MTurkRecruiter
from studies.recruiters.prolific import ProlificRecruiter
from tests.fakes import FakeRecruiter
from tests.marketplace import shop
from tests.recruiters.prolific_server import Prolific
from tests.worlds import NOW

ALL = ["fake", "mturk", "alone", "link", "prolific"]
"""Who must keep the contract."""


def spec(token: str = "tiny-1-abc", places: int = 3) -> PostingSpec:
    """What is published in these tests."""
    return PostingSpec(
        token=token,
        title="Real or fake?",
        description="Judge ten short clips.",
        keywords="video, sound",
        entry_url="http://localhost:8000/rate/tiny/?p=key1",
        places=places,
        reward_usd=Decimal("0.20"),
        estimated_seconds=240,
        assignment_seconds=3600,
        lifetime_seconds=86_400,
        auto_approve_seconds=259_200,
    )


class Desk(Protocol):
    """A recruiter and the people who come through it."""

    recruiter: Recruiter

    def finish(self, posting: str, number: int, answers: str) -> Entry:
        """Rater `number` does a whole session of the posting and hands it in."""
        ...

    def preview(self, url: str) -> dict[str, str]:
        """The page's parameters when somebody only looks."""
        ...


class FakeDesk:
    def __init__(self) -> None:
        self.fake = FakeRecruiter()
        self.recruiter: Recruiter = self.fake

    def finish(self, posting: str, number: int, answers: str) -> Entry:
        query = {"workerId": f"A{number}", "assignmentId": f"S{number}"}
        entry = self.recruiter.entry(query)
        self.fake.submit(posting, entry, answers, NOW)
        return entry

    def preview(self, url: str) -> dict[str, str]:
        return {}


class MTurkDesk:
    """The real recruiter over HTTP, the marketplace's own services for the workers."""

    def __init__(self, site: str) -> None:
        self.home = f"{site}/marketplace"
        shop.requester()
        self.recruiter: Recruiter = MTurkRecruiter(
            Endpoint(f"{self.home}/api/", self.home, shop.KEY, shop.SECRET, False)
        )

    def finish(self, posting: str, number: int, answers: str) -> Entry:
        hit = HIT.objects.get(hit_id=posting)
        worker = shop.worker(f"worker{number}")
        taken = services.accept(worker, hit, clock.now())
        query = {
            "assignmentId": taken.assignment_id,
            "workerId": worker.worker_id,
            "hitId": posting,
            "turkSubmitTo": self.home,
        }
        entry = self.recruiter.entry(query)
        form = self.recruiter.finish(entry, answers)
        reply = Client().post(urlsplit(form.action).path, form.fields)
        assert reply.status_code == 200
        return entry

    def preview(self, url: str) -> dict[str, str]:
        return {"assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE", "hitId": "3H"}


@dataclass
class Notebook:
    """Books in memory."""

    rows: dict[str, list[Submission]] = field(default_factory=dict)

    def status(self, external_id: str) -> PostingStatus:
        done = len(self.rows.get(external_id, []))
        return PostingStatus(open_places=3 - done, working=0, ended=False)

    def finished(self, external_id: str) -> Iterator[Submission]:
        yield from self.rows.get(external_id, [])


class LinkDesk:
    def __init__(self) -> None:
        self.books = Notebook()
        self.links = LinkRecruiter(
            done_url="http://localhost:8000/rate/link/done/",
            secret=b"a secret of the tests",
            books=self.books,
        )
        self.recruiter: Recruiter = self.links

    def finish(self, posting: str, number: int, answers: str) -> Entry:
        url = self.links.open(spec(posting)).url
        entry = self.recruiter.entry(
            {"p": "key1", **self.recruiter.entry(query_of(url)).keep}
        )
        form = self.recruiter.finish(entry, answers)
        self.books.rows.setdefault(posting, []).append(
            Submission(
                entry.external_id, entry.worker_id, "submitted", NOW, form.fields
            )
        )
        return entry

    def preview(self, url: str) -> dict[str, str]:
        return query_of(url)


class ProlificDesk:
    """The real recruiter over HTTP against our own fake of Prolific."""

    def __init__(self, prolific: Prolific) -> None:
        self.prolific = prolific
        self.recruiter: Recruiter = ProlificRecruiter(
            prolific.account(), secret=b"a secret of the tests", wait=lambda _: None
        )

    def finish(self, posting: str, number: int, answers: str) -> Entry:
        entry = self.recruiter.entry(self.prolific.join(posting, f"{number:024x}"))
        form = self.recruiter.finish(entry, answers)
        self.prolific.complete(entry.external_id, form.fields["cc"])
        return entry

    def preview(self, url: str) -> dict[str, str]:
        return {"p": "key1"}


def query_of(url: str) -> dict[str, str]:
    """The parameters of an address."""
    return dict(parse_qsl(urlsplit(url).query))
