"""One simulated rater's next session: find work, accept, rate, submit or leave."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from studies.errors import RefusedError, StudyError
from studies.services.rehearsal.html import Page
from studies.services.rehearsal.http import Http, Stopwatch
from studies.services.rehearsal.market import Marketplace
from studies.services.rehearsal.raterpage import RaterPage
from studies.services.rehearsal.raters import SimulatedRater, Truth

What = Literal["submitted", "left", "refused", "nothing"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a rater's attempt; `code` is the page's when it was refused."""

    what: What
    votes: int = 0
    code: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rehearsal takes place.

    `page_path` is the path of the study's rater page, `group_urls` and `hit_ids` name
    its open postings; requests go to `hosts` (host:port) only. `truths` names what
    each stimulus is by its file name.
    """

    marketplace: str
    page_path: str
    group_urls: frozenset[str]
    hit_ids: tuple[str, ...]
    hosts: frozenset[str]
    truths: Mapping[str, Truth]


@dataclass(slots=True)
class Seat:
    """A rater with the cookies that the marketplace gave; one session at a time."""

    rater: SimulatedRater
    jar: CookieJar = field(default_factory=CookieJar)
    signed_in: bool = False
    done: set[str] = field(default_factory=set)
    """Tasks (HIT ids) that this rater has submitted."""


def work_session(
    seat: Seat, place: Place, watch: Stopwatch, stop: threading.Event
) -> Outcome:
    """Work through one session, from the list of tasks to the page after submitting.

    A task that is held from an earlier run comes first. Raises StudyError when a page
    is out of order, Stopped when `stop` is set.
    """
    with (
        Http(place.hosts, watch, stop, jar=seat.jar) as own,
        Http(place.hosts, watch, stop) as framed,
    ):
        site = Marketplace(own, place.marketplace, seat.rater)
        task = None
        if not seat.signed_in:
            site.sign_up()
            seat.signed_in = True
            task = _taken_before(site, place)
        task = task or _take(site, framed, seat, place)
        if task is None:
            return Outcome("nothing")
        outcome = _rate(site, framed, seat.rater, place, task)
        if outcome.what == "submitted":
            seat.done.add(_hit_of(task))
        return outcome


def _ours(page: Page, place: Place) -> bool:
    return urlsplit(page.frame).path == place.page_path


def _taken_before(site: Marketplace, place: Place) -> Page | None:
    pages = (site.open(address) for address in site.held())
    return next((page for page in pages if _ours(page, place)), None)


def _hit_of(page: Page) -> str:
    return dict(parse_qsl(urlsplit(page.frame).query)).get("hitId", "")


def _take(site: Marketplace, framed: Http, seat: Seat, place: Place) -> Page | None:
    listed = [address for address in site.groups() if address in place.group_urls]
    # on a full marketplace the group may stand on a later page: come by its link
    for address in listed or sorted(place.group_urls):
        for preview in _previews(site, place, address):
            if _hit_of(preview) in seat.done:
                continue
            RaterPage(framed, preview.frame, seat.rater, place.truths).preview()
            task = site.accept(preview)
            if task is not None:
                return task
    return None


def _previews(site: Marketplace, place: Place, address: str) -> Iterator[Page]:
    shown = site.open(address)
    if _ours(shown, place):
        yield shown
    elif shown.frame:
        # studies with the same title and reward share a group: look for our own tasks
        pages = (
            site.open(f"{place.marketplace}/hits/{hit_id}/") for hit_id in place.hit_ids
        )
        yield from (page for page in pages if _ours(page, place))


def _rate(
    site: Marketplace, framed: Http, rater: SimulatedRater, place: Place, task: Page
) -> Outcome:
    page = RaterPage(framed, task.frame, rater, place.truths)
    try:
        worked = page.work()
    except RefusedError as refusal:
        site.give_back(task)
        return Outcome("refused", code=refusal.code)
    if worked.form is None:
        if rater.leaving == "returns":
            site.give_back(task)
        return Outcome("left", votes=worked.votes)
    _submit(framed, worked.form)
    site.see_submitted(task)
    return Outcome("submitted", votes=worked.votes)


def _submit(framed: Http, form: Mapping[str, Any]) -> None:
    reply = framed.post_form(form["action"], form["fields"], kind="submit")
    if reply.status_code >= 400:
        raise StudyError(f"{form['action']} answered {reply.status_code} to a result")
