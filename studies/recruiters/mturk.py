"""Recruiting by the Mechanical Turk requester protocol.

It speaks to any server of that protocol: the marketplace inside this site unless
another endpoint is set.
"""

import hashlib
import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from analysis.votes import counted
from studies.errors import RecruiterError
from studies.recruiters import mturk_pay
from studies.recruiters.answers import parse_answers
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
from studies.recruiters.mturk_rules import (
    MANY_PLACES,
    external_question,
    fee,
    read_entry,
    submit_base,
)
from studies.recruiters.mturk_wire import Endpoint, Wire
from studies.recruiters.understood import understood

__all__ = ["Endpoint", "MTurkRecruiter"]
_HIT_ID = re.compile(r"\b3[A-Z0-9]{29}\b")
_EXPIRED = ("HITDoesNotExist", "InvalidHITState")
"""What says that a HIT takes no more workers."""
_LONG_AGO = datetime(2015, 1, 1, tzinfo=UTC)
_LONGER = timedelta(hours=72)
"""How long a HIT whose time is over takes workers again when it is extended."""


@understood
class MTurkRecruiter:
    """The Recruiter protocol over the MTurk requester API."""

    name = "mturk"
    splits_places = True
    resells_places = True
    carries_answers = True

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._wire = Wire(endpoint)
        self._types: dict[tuple[Any, ...], str] = {}
        self.spends_real_money = endpoint.real_money
        worker = urlsplit(endpoint.worker_url)
        self.frame_origins: tuple[str, ...] = (
            (f"{worker.scheme}://{worker.netloc}",) if worker.netloc else ()
        )

    def describe(self) -> str:
        """Say where people are recruited."""
        if self._endpoint.real_money:
            return f"MTurk protocol at {self._endpoint.api_url}: money may be real"
        return (
            f"this site's own marketplace ({self._endpoint.worker_url}): "
            "no money leaves, its balance is play money"
        )

    def open(self, spec: PostingSpec) -> PostingHandle:
        """Publish one HIT; the token makes a second try find the first one's."""
        try:
            reply = self._wire.call(
                "create_hit_with_hit_type",
                HITTypeId=self._type_of(spec),
                MaxAssignments=spec.places,
                LifetimeInSeconds=spec.lifetime_seconds,
                Question=external_question(spec.entry_url),
                RequesterAnnotation=spec.token,
                UniqueRequestToken=spec.token,
            )
        except RecruiterError as error:
            if error.code.lower() != "hitalreadyexists":
                raise
            named = _HIT_ID.search(str(error))
            if named is None:
                return self.find([spec.token])[spec.token]
            reply = self._wire.call("get_hit", HITId=named.group())
        return self._handle(reply["HIT"])

    def find(self, tokens: Collection[str]) -> Mapping[str, PostingHandle]:
        """Look through all HITs for our annotations: tokens live only 24 hours."""
        wanted = set(tokens)
        found: dict[str, PostingHandle] = {}
        for page in self._wire.pages("list_hits"):
            for hit in page["HITs"]:
                token = hit.get("RequesterAnnotation", "")
                if token in wanted:
                    found[token] = self._handle(hit)
        return found

    def status(self, external_id: str) -> PostingStatus:
        """Say how a HIT stands."""
        hit = self._wire.call("get_hit", HITId=external_id)["HIT"]
        return PostingStatus(
            open_places=hit.get("NumberOfAssignmentsAvailable", 0),
            working=hit.get("NumberOfAssignmentsPending", 0),
            ended=hit["HITStatus"] in ("Reviewable", "Reviewing", "Disposed"),
            expires_at=hit["Expiration"],
        )

    def extend(self, external_id: str, places: int) -> None:
        """Add the places that are missing, and time where it is over.

        RecruiterError from 9 to 10 places: a HIT does not cross into the higher fee.
        """
        hit = self._wire.call("get_hit", HITId=external_id)["HIT"]
        missing = places - hit["MaxAssignments"]
        if missing > 0:
            if hit["MaxAssignments"] < MANY_PLACES <= places:
                raise RecruiterError(
                    f"a HIT of {counted(hit['MaxAssignments'], 'place')} cannot grow "
                    f"to {places}: from {MANY_PLACES} on the fee doubles; open another "
                    "posting",
                    permanent=True,
                )
            mark = f"{hit.get('RequesterAnnotation', external_id)}:{places}"
            try:
                self._wire.call(
                    "create_additional_assignments_for_hit",
                    HITId=external_id,
                    NumberOfAdditionalAssignments=missing,
                    UniqueRequestToken=hashlib.sha256(mark.encode()).hexdigest(),
                )
            except RecruiterError as error:
                if not mturk_pay.done_before(error):
                    raise
            hit = self._wire.call("get_hit", HITId=external_id)["HIT"]
        now = datetime.now(UTC)
        # by the server's clock too: reviewable with places free is out of time
        ended = hit["HITStatus"] in ("Reviewable", "Reviewing")
        if hit["Expiration"] <= now or (ended and hit["NumberOfAssignmentsAvailable"]):
            # another time on each try, as in `expire`
            more = _LONGER + timedelta(seconds=secrets.randbelow(3600))
            self._wire.call(
                "update_expiration_for_hit",
                HITId=external_id,
                ExpireAt=max(now, hit["Expiration"]) + more,
            )

    def expire(self, external_id: str) -> None:
        """Take no further workers."""
        try:
            self._wire.call(
                "update_expiration_for_hit",
                HITId=external_id,
                # another time on each try: one that was taken before is refused,
                # although the HIT may have been extended since
                ExpireAt=_LONG_AGO + timedelta(seconds=secrets.randbelow(10**8)),
            )
        except RecruiterError as error:
            if error.code not in _EXPIRED:
                raise

    def submissions(self, external_id: str) -> Iterator[Submission]:
        """Every submitted assignment, all pages."""
        for page in self._wire.pages("list_assignments_for_hit", HITId=external_id):
            for row in page["Assignments"]:
                xml = row.get("Answer") or ""
                yield Submission(
                    external_id=row["AssignmentId"],
                    worker_id=row["WorkerId"],
                    status=row["AssignmentStatus"].lower(),
                    submitted_at=row["SubmitTime"],
                    answers=parse_answers(xml),
                    raw=xml,
                )

    def approve(self, external_id: str) -> None:
        """Pay; an assignment that is approved already is left as it is."""
        self._decide("approve_assignment", "Approved", AssignmentId=external_id)

    def reject(self, external_id: str, reason: str) -> None:
        """Refuse to pay; an assignment that is rejected already is left as it is."""
        self._decide(
            "reject_assignment",
            "Rejected",
            AssignmentId=external_id,
            RequesterFeedback=reason,
        )

    def _decide(self, operation: str, wanted: str, **params: str) -> None:
        try:
            self._wire.call(operation, **params)
        except RecruiterError as error:
            if error.code != "InvalidAssignmentState":
                raise
            known = {"AssignmentId": params["AssignmentId"]}
            row = self._wire.call("get_assignment", **known)["Assignment"]
            if row["AssignmentStatus"] != wanted:
                raise

    def bonus(self, spec: BonusSpec) -> None:
        """Send a bonus; one that its token says was sent is no error."""
        mturk_pay.send_bonus(self._wire, spec)

    def bonus_paid(self, spec: BonusSpec) -> bool:
        """Look through the bonuses of the assignment."""
        return mturk_pay.bonus_listed(self._wire, spec)

    def compensate(self, spec: CompensationSpec) -> PostingHandle | None:
        """Publish a HIT of one place that this worker alone can see and accept."""
        known = self.find([spec.token]).get(spec.token)
        if known is not None:
            return known
        hit = mturk_pay.publish_compensation(self._wire, spec)
        return self._handle(hit) if hit else self.find([spec.token])[spec.token]

    def balance(self) -> Decimal | None:
        """Dollars left on the account."""
        return Decimal(self._wire.call("get_account_balance")["AvailableBalance"])

    def cost(self, places: int, reward_usd: Decimal, posting_places: int) -> Cost:
        """Rewards and fees of `places` sessions."""
        return Cost(
            places=places,
            reward_usd=reward_usd * places,
            fee_usd=fee(reward_usd, posting_places) * places,
        )

    def entry(self, query: Mapping[str, str]) -> Entry:
        """Read assignmentId, workerId, hitId, turkSubmitTo (AWS, ExternalQuestion)."""
        return read_entry(query, self._endpoint.worker_url)

    def finish(self, entry: Entry, answers: str) -> Finish:
        """Return the form of externalSubmit; `answers` is our copy of the votes."""
        base = submit_base(entry.submit_url, self._endpoint.worker_url)
        return Finish(
            action=f"{base}/mturk/externalSubmit",
            fields={"assignmentId": entry.external_id, ANSWERS_FIELD: answers},
        )

    def _type_of(self, spec: PostingSpec) -> str:
        key = (
            spec.title,
            spec.description,
            spec.keywords,
            spec.reward_usd,
            spec.assignment_seconds,
            spec.auto_approve_seconds,
        )
        if key not in self._types:
            self._types[key] = self._wire.call(
                "create_hit_type",
                Title=spec.title,
                Description=spec.description,
                Keywords=spec.keywords,
                Reward=f"{spec.reward_usd:.2f}",
                AssignmentDurationInSeconds=spec.assignment_seconds,
                AutoApprovalDelayInSeconds=spec.auto_approve_seconds,
            )["HITTypeId"]
        return self._types[key]

    def _handle(self, hit: Any) -> PostingHandle:
        group = hit.get("HITGroupId") or hit["HITTypeId"]
        return PostingHandle(
            external_id=hit["HITId"],
            external_group=group,
            url=f"{self._endpoint.worker_url.rstrip('/')}/projects/{group}/tasks",
            expires_at=hit["Expiration"],
        )
