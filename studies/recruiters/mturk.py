"""Recruiting by the Mechanical Turk requester protocol, and the only user of boto3.

It speaks to any server of that protocol: the marketplace inside this site unless
another endpoint is set. Amazon's own closed for good on 2026-09-30 (AWS API
reference) and is refused by name.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError
from botocore.exceptions import EndpointConnectionError as NoConnectionError

from studies.errors import RecruiterError
from studies.recruiters.answers import parse_answers
from studies.recruiters.base import (
    ANSWERS_FIELD,
    Cost,
    Entry,
    Finish,
    PostingHandle,
    PostingSpec,
    PostingStatus,
    Submission,
)
from studies.recruiters.mturk_rules import (
    external_question,
    fee,
    read_entry,
    submit_base,
)

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

_HIT_ID = re.compile(r"\b3[A-Z0-9]{29}\b")
_EXPIRED = ("HITDoesNotExist", "InvalidHITState", "RequestAlreadyProcessed")
"""What says that a HIT takes no more workers: the last one when we said so before."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the protocol is spoken; without keys the usual AWS names are used."""

    api_url: str
    worker_url: str
    access_key_id: str
    secret_access_key: str
    real_money: bool
    allow_amazon: bool = False


@lru_cache(maxsize=8)
def _client(endpoint: Endpoint) -> "MTurkClient":
    host = urlsplit(endpoint.api_url).hostname or ""
    if host.endswith("amazonaws.com") and not endpoint.allow_amazon:
        raise RecruiterError(
            "Amazon Mechanical Turk closed on 2026-09-30; unset MTURK_ENDPOINT_URL to "
            "use the marketplace of this site, or set MTURK_ALLOW_AMAZON=true if "
            "your account is still served",
            permanent=True,
        )
    loopback = host in ("127.0.0.1", "localhost", "::1")
    keys: dict[str, Any] = {}
    if endpoint.access_key_id:
        keys = {
            "aws_access_key_id": endpoint.access_key_id,
            "aws_secret_access_key": endpoint.secret_access_key,
        }
    return boto3.client(
        "mturk",
        region_name="us-east-1",
        endpoint_url=endpoint.api_url,
        config=Config(
            retries={
                "mode": "adaptive",
                "total_max_attempts": 4 if loopback else 10,
            },
            connect_timeout=5,
            read_timeout=30,
        ),
        **keys,
    )


class MTurkRecruiter:
    """The Recruiter protocol over the MTurk requester API."""

    name = "mturk"
    splits_places = True
    resells_places = True

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
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
            reply = self._call(
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
            reply = self._call("get_hit", HITId=named.group())
        return self._handle(reply["HIT"])

    def find(self, tokens: Collection[str]) -> Mapping[str, PostingHandle]:
        """Look through all HITs for our annotations: tokens live only 24 hours."""
        wanted = set(tokens)
        found: dict[str, PostingHandle] = {}
        for page in self._pages("list_hits"):
            for hit in page["HITs"]:
                token = hit.get("RequesterAnnotation", "")
                if token in wanted:
                    found[token] = self._handle(hit)
        return found

    def status(self, external_id: str) -> PostingStatus:
        """Say how a HIT stands."""
        hit = self._call("get_hit", HITId=external_id)["HIT"]
        return PostingStatus(
            open_places=hit.get("NumberOfAssignmentsAvailable", 0),
            working=hit.get("NumberOfAssignmentsPending", 0),
            ended=hit["HITStatus"] in ("Reviewable", "Reviewing", "Disposed"),
        )

    def expire(self, external_id: str) -> None:
        """Take no further workers."""
        try:
            self._call(
                "update_expiration_for_hit",
                HITId=external_id,
                ExpireAt=datetime(2015, 1, 1, tzinfo=UTC),
            )
        except RecruiterError as error:
            if error.code not in _EXPIRED:
                raise

    def submissions(self, external_id: str) -> Iterator[Submission]:
        """Every submitted assignment, all pages."""
        for page in self._pages("list_assignments_for_hit", HITId=external_id):
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
        try:
            self._call("approve_assignment", AssignmentId=external_id)
        except RecruiterError as error:
            if error.code != "InvalidAssignmentState":
                raise
            row = self._call("get_assignment", AssignmentId=external_id)["Assignment"]
            if row["AssignmentStatus"] != "Approved":
                raise

    def reject(self, external_id: str, reason: str) -> None:
        """Refuse to pay."""
        self._call(
            "reject_assignment", AssignmentId=external_id, RequesterFeedback=reason
        )

    def balance(self) -> Decimal | None:
        """Dollars left on the account."""
        return Decimal(self._call("get_account_balance")["AvailableBalance"])

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
            self._types[key] = self._call(
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

    def _pages(self, operation: str, **params: Any) -> Iterator[Any]:
        try:
            paginator = _client(self._endpoint).get_paginator(operation)  # type: ignore[call-overload]
            yield from paginator.paginate(**params, PaginationConfig={"PageSize": 100})
        except (ClientError, BotoCoreError) as error:
            raise self._translate(operation, error) from error

    def _call(self, operation: str, **params: Any) -> Any:
        try:
            return getattr(_client(self._endpoint), operation)(**params)
        except (ClientError, BotoCoreError) as error:
            raise self._translate(operation, error) from error

    def _translate(self, operation: str, error: Exception) -> RecruiterError:
        """Map the service's errors once: who may retry, what is uncertain."""
        if isinstance(error, ClientError):
            reply: Mapping[str, Any] = error.response
            code = str(reply.get("TurkErrorCode", "")).removeprefix(
                "AWS.MechanicalTurk."
            ) or str(reply["Error"].get("Code", ""))
            status = reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            temporary = status >= 500 or code in ("ThrottlingException", "ServiceFault")
            message = str(reply["Error"].get("Message", error))
            return RecruiterError(
                f"{operation}: {message} [{code}]",
                permanent=not temporary,
                uncertain=status >= 500,
                code=code,
            )
        unreachable = isinstance(error, NoConnectionError | ConnectTimeoutError)
        hint = " Is the site running? Start it with script/serve." * (
            unreachable and not self._endpoint.real_money
        )
        return RecruiterError(
            f"{operation}: {error}{hint}",
            permanent=False,
            uncertain=not unreachable,
            code="unreachable" if unreachable else "",
        )
