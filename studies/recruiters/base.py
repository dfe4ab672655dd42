"""What every recruiter offers, and the plain records that cross that border.

A recruiter finds people and pays them. It knows no tables: it is given a
`PostingSpec`, gives back a `PostingHandle`, and later says who came (`Submission`).
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

ANSWERS_FIELD = "answers"
"""The field of a recruiter's form that carries our copy of the votes."""
SETTLING = "settling"
"""The code of an error that says: what was sent before is not decided yet."""


@dataclass(frozen=True, slots=True)
class PostingSpec:
    """What to publish. `token` is ours and the same on every try (<= 64 characters).

    `estimated_seconds` is what a session takes, `assignment_seconds` what it may take.
    """

    token: str
    title: str
    description: str
    keywords: str
    entry_url: str
    places: int
    reward_usd: Decimal
    estimated_seconds: int
    assignment_seconds: int
    lifetime_seconds: int
    auto_approve_seconds: int


@dataclass(frozen=True, slots=True)
class PostingHandle:
    """What the recruiter made of it; `external_id` names it from then on.

    One without `expires_at` stays open until it is expired.
    """

    external_id: str
    external_group: str
    url: str
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class PostingStatus:
    """How a posting stands; `open_places` are those that nobody has taken.

    `expires_at` is None where the recruiter names no time.
    """

    open_places: int
    working: int
    ended: bool
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Submission:
    """One rater's finished session as the recruiter has it.

    `status` is submitted, approved or rejected; `answers` are the form's fields.
    """

    external_id: str
    worker_id: str
    status: str
    submitted_at: datetime
    answers: Mapping[str, str]
    raw: str = ""


@dataclass(frozen=True, slots=True)
class BonusSpec:
    """One bonus. `token` is ours and the same on every try (<= 64 characters).

    `reason` is what the rater reads; `reference` stands in it, so that the bonus is
    found later. `earlier` are the amounts of bonuses confirmed on this session before,
    for recruiters that list no reasons. `tried_at` is when this one was last sent, if
    it was sent before, for recruiters that pay in the background.
    """

    token: str
    external_id: str
    worker_id: str
    amount_usd: Decimal
    reason: str
    reference: str
    posting_id: str
    earlier: tuple[Decimal, ...] = ()
    tried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CompensationSpec:
    """What one rater is owed who finished and could not submit.

    `token` is ours and the same on every try. `external_id` names the session that
    was lost, `posting_id` its posting. `entry_url` is a page of ours that says why and
    holds the recruiter's form. `tried_at` is as in a bonus.
    """

    token: str
    external_id: str
    posting_id: str
    worker_id: str
    amount_usd: Decimal
    title: str
    description: str
    entry_url: str
    lifetime_seconds: int
    tried_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Who is at the door, from the query string that the recruiter appends.

    In a preview nobody is known: `worker_id` and `external_id` are empty. Parameters
    in `keep` belong into the page's address: with them the same person is known.
    `diverted_to` is the host that the link named to submit to, where it is not the
    recruiter's; `submit_url` never is.
    """

    preview: bool
    worker_id: str = ""
    external_id: str = ""
    posting_id: str = ""
    submit_url: str = ""
    diverted_to: str = ""
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finish:
    """How the browser hands the session over: a form to send inside the frame.

    `code` is what the rater types in where the form's address cannot be opened.
    """

    action: str
    fields: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    code: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars for `places` sessions: rewards, the recruiter's fees, and both."""

    places: int
    reward_usd: Decimal
    fee_usd: Decimal

    @property
    def total_usd(self) -> Decimal:
        """Rewards and fees."""
        return self.reward_usd + self.fee_usd


class Recruiter(Protocol):
    """One way to find raters. Every method raises RecruiterError when it fails."""

    name: str
    frame_origins: tuple[str, ...]
    """Origins that may frame the rater's page."""
    spends_real_money: bool
    """Whether a launch must be confirmed to the cent."""
    splits_places: bool
    """Whether places are sold in postings of a few; else one holds all, and grows."""
    resells_places: bool
    """Whether it gives a returned place to the next rater, so that whoever comes to a
    full posting shows that somebody left; else only this site counts the places."""
    carries_answers: bool
    """Whether a submission brings our copy of the answers back."""

    def describe(self) -> str:
        """Say in one line where people are recruited, and whether money is real."""
        ...

    def open(self, spec: PostingSpec) -> PostingHandle:
        """Publish, or find what an earlier try with the same token published."""
        ...

    def find(self, tokens: Collection[str]) -> Mapping[str, PostingHandle]:
        """Return what was published under these tokens, however long ago."""
        ...

    def status(self, external_id: str) -> PostingStatus:
        """Say how a posting stands."""
        ...

    def extend(self, external_id: str, places: int) -> None:
        """Grow a posting to `places` in all; let it take raters where its time is over.

        It never shrinks; twice is harmless. `status` tells until when it is open then.
        """
        ...

    def expire(self, external_id: str) -> None:
        """Take no further raters; those at work may finish. Twice is harmless."""
        ...

    def submissions(self, external_id: str) -> Iterator[Submission]:
        """Every finished session of a posting, all pages."""
        ...

    def approve(self, external_id: str) -> None:
        """Pay one session. A session that is approved already is no error."""
        ...

    def reject(self, external_id: str, reason: str) -> None:
        """Refuse to pay one session; only ever on a person's word.

        A session that is rejected already is no error.
        """
        ...

    def bonus(self, spec: BonusSpec) -> None:
        """Pay a bonus; with the same token, within the recruiter's memory, once."""
        ...

    def bonus_paid(self, spec: BonusSpec) -> bool:
        """Whether the recruiter's own list shows this bonus, however long ago."""
        ...

    def compensate(self, spec: CompensationSpec) -> PostingHandle | None:
        """Offer one rater what is owed, or find what an earlier try offered.

        The posting returned is for this rater alone, to submit without new work; the
        submission is approved like any other. None where the recruiter paid at once,
        or holds no money of ours: then nothing is left to do. A rater with a session
        that was handed in is better given a bonus on it.
        """
        ...

    def balance(self) -> Decimal | None:
        """Dollars left to spend; None where the recruiter holds no money of ours."""
        ...

    def cost(self, places: int, reward_usd: Decimal, posting_places: int) -> Cost:
        """Cost of `places` sessions sold in postings of `posting_places` each."""
        ...

    def entry(self, query: Mapping[str, str]) -> Entry:
        """Read who is at the door."""
        ...

    def finish(self, entry: Entry, answers: str) -> Finish:
        """How to submit; `answers` is our compact copy of the votes."""
        ...
