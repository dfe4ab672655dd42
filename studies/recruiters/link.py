"""Recruiting by links that people are sent: no marketplace, no money.

A posting is one open link. Whoever follows it is given a random identity of its own
in the page's address, so that a reload resumes; a personal link carries one from the
start. Both are signed for their posting: neither can be invented, and a personal
link does not give the open one away. Nobody but this site keeps books, so what was
done is asked of `Books`.
"""

import hmac
import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol
from urllib.parse import parse_qs, urlencode, urlsplit

from studies.errors import RecruiterError
from studies.recruiters.base import (
    ANSWERS_FIELD,
    BonusSpec,
    CompensationSpec,
    Cost,
    Entry,
    Finish,
    PostingHandle,
    PostingSpec,
    PostingStatus,
    Submission,
)

POSTING_FIELD = "p"
OPEN_FIELD = "open"
WHO_FIELD = "who"
_WHO = re.compile(r"(?P<name>[po][0-9a-f]{20})(?P<mac>[0-9a-f]{32})")
_NOTHING = Decimal("0.00")


class Books(Protocol):
    """What this site knows of a link's sessions."""

    def status(self, external_id: str) -> PostingStatus:
        """Say how a posting stands."""
        ...

    def finished(self, external_id: str) -> Iterator[Submission]:
        """Every session of a posting whose votes are all stored."""
        ...


@dataclass(frozen=True, slots=True)
class Invitation:
    """A personal link; `name` is the rater's id in all results."""

    name: str
    url: str


class LinkRecruiter:
    """The Recruiter protocol over plain links. `secret` signs them."""

    name = "link"
    frame_origins: tuple[str, ...] = ()
    spends_real_money = False
    splits_places = False
    resells_places = False
    carries_answers = True

    def __init__(self, *, done_url: str, secret: bytes, books: Books) -> None:
        self._done_url = done_url
        self._secret = secret
        self._books = books

    def describe(self) -> str:
        """Say where people are recruited."""
        return "plain links: you invite people yourself, and nothing is paid here"

    def open(self, spec: PostingSpec) -> PostingHandle:
        """Make the open link; the same spec makes the same one."""
        key = _posting_of(spec.entry_url)
        opened = urlencode({OPEN_FIELD: self._mac("open", key)})
        return PostingHandle(
            external_id=spec.token,
            external_group="open link",
            url=f"{spec.entry_url}&{opened}",
            expires_at=None,
        )

    def find(
        self,
        tokens: Collection[str],  # noqa: ARG002 - what the protocol gives
    ) -> Mapping[str, PostingHandle]:
        """Return nothing: no one else keeps a link, and `open` makes it again."""
        return {}

    def status(self, external_id: str) -> PostingStatus:
        """Say how a posting stands by our own books."""
        return self._books.status(external_id)

    def extend(self, external_id: str, places: int) -> None:
        """Do nothing: a link holds the places that its posting's own row names."""

    def expire(self, external_id: str) -> None:
        """Do nothing: a link is closed by its posting's own state."""

    def submissions(self, external_id: str) -> Iterator[Submission]:
        """Every session whose votes are all stored."""
        return self._books.finished(external_id)

    def approve(self, external_id: str) -> None:
        """Do nothing: who invites also thanks; the approval is recorded only."""

    def reject(self, external_id: str, reason: str) -> None:
        """Do nothing: the rejection is recorded only."""

    def bonus(self, spec: BonusSpec) -> None:
        """Do nothing: the bonus is recorded only, who invites pays it."""

    def bonus_paid(
        self,
        spec: BonusSpec,  # noqa: ARG002 - what the protocol gives
    ) -> bool:
        """Say no: nobody else keeps a list, and `bonus` does no harm."""
        return False

    def compensate(
        self,
        spec: CompensationSpec,  # noqa: ARG002 - what the protocol gives
    ) -> PostingHandle | None:
        """Do nothing: the compensation is recorded only."""
        return None

    def balance(self) -> Decimal | None:
        """Nobody holds money of ours."""
        return None

    def cost(
        self,
        places: int,
        reward_usd: Decimal,  # noqa: ARG002 - what the protocol gives
        posting_places: int,  # noqa: ARG002 - what the protocol gives
    ) -> Cost:
        """Nothing, whatever the study's reward is."""
        return Cost(places=places, reward_usd=_NOTHING, fee_usd=_NOTHING)

    def entry(self, query: Mapping[str, str]) -> Entry:
        """Read who comes; a newcomer on the open link gets an identity to keep."""
        key, who = query.get(POSTING_FIELD, ""), query.get(WHO_FIELD, "")
        if not who:
            opened = query.get(OPEN_FIELD, "")
            if not _same(opened, self._mac("open", key)):
                raise _damaged()
            return Entry(preview=True, keep={WHO_FIELD: self._signed(_draw("o"), key)})
        known = _WHO.fullmatch(who)
        if not known or not _same(known["mac"], self._mac(known["name"], key)):
            raise _damaged()
        return Entry(preview=False, worker_id=known["name"], external_id=known["name"])

    def finish(
        self,
        entry: Entry,  # noqa: ARG002 - what the protocol gives
        answers: str,
    ) -> Finish:
        """Return our own last page; the signed copy says whose session it is."""
        return Finish(action=self._done_url, fields={ANSWERS_FIELD: answers})

    def invite(self, entry_url: str) -> Invitation:
        """Make a new personal link to the posting of `entry_url`."""
        name = _draw("p")
        who = self._signed(name, _posting_of(entry_url))
        return Invitation(name=name, url=f"{entry_url}&{urlencode({WHO_FIELD: who})}")

    def _signed(self, name: str, key: str) -> str:
        return name + self._mac(name, key)

    def _mac(self, what: str, key: str) -> str:
        signed = hmac.digest(self._secret, f"{what}:{key}".encode(), "sha256")
        return signed[:16].hex()


def _draw(kind: str) -> str:
    """Return a new name: p of a personal link, o of the open one."""
    return kind + secrets.token_hex(10)


def _posting_of(entry_url: str) -> str:
    return parse_qs(urlsplit(entry_url).query)[POSTING_FIELD][0]


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _damaged() -> RecruiterError:
    return RecruiterError(
        "a part of this link is missing or altered: open it as it was sent to you",
        permanent=True,
    )
