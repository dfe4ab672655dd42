"""What the tests of the marketplace share: a requester, workers, a question."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from marketplace import clock, services
from marketplace.errors import PREFIX
from marketplace.models import HIT, Assignment, Requester, Worker
from marketplace.questions import read_question
from marketplace.services.holding import proof_of

if TYPE_CHECKING:
    from django.test import Client
    from mypy_boto3_mturk import MTurkClient

KEY = "TESTREQUESTER0000000"
SECRET = "test-secret-of-the-requester"
QUESTION = (
    '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/'
    'AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd">'
    "<ExternalURL>https://rate.example/hit/?study=vegas&amp;b=17</ExternalURL>"
    "<FrameHeight>0</FrameHeight></ExternalQuestion>"
)
TYPE: dict[str, Any] = {
    "Title": "Real or fake?",
    "Description": "Judge ten short clips.",
    "Keywords": "video, sound",
    "Reward": "0.15",
    "AssignmentDurationInSeconds": 3600,
    "AutoApprovalDelayInSeconds": 259_200,
}
HIT_REQUEST: dict[str, Any] = {
    **TYPE,
    "LifetimeInSeconds": 86_400,
    "MaxAssignments": 3,
    "Question": QUESTION,
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""What clients send to expire a HIT now."""

PASSWORD = "correct horse 42"


def requester(*, key: str = KEY, balance: str = "100.00") -> Requester:
    """A requester whose secret is SECRET."""
    return services.ensure_requester("Perception lab", key, SECRET, balance)


def worker(name: str = "alice") -> Worker:
    """A worker whose password is PASSWORD."""
    return services.sign_up(name, PASSWORD)


def mturk(
    url: str, *, key: str = KEY, secret: str = SECRET, attempts: int = 1
) -> "MTurkClient":
    """Real boto3 against the marketplace that answers at `url`, tried once."""
    return boto3.client(
        "mturk",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": attempts}),
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """What a HIT made by `publish` is to be."""

    places: int = 3
    reward_cents: int = 15
    auto_approval_seconds: int = 259_200
    lifetime: timedelta = timedelta(days=1)
    title: str = "Real or fake?"
    question: str = QUESTION


def publish(owner: Requester, terms: Terms | None = None) -> HIT:
    """A HIT of `owner`, made by the services."""
    terms = terms or Terms()
    kind = services.create_hit_type(
        owner,
        services.TypeDraft(
            title=terms.title,
            description="Judge ten short clips.",
            keywords="",
            reward_cents=terms.reward_cents,
            assignment_seconds=3600,
            auto_approval_seconds=terms.auto_approval_seconds,
        ),
    )
    draft = services.HITDraft(
        question=terms.question,
        page=read_question(terms.question),
        max_assignments=terms.places,
        lifetime=terms.lifetime,
        annotation="",
        token=None,
    )
    return services.create_hit(owner, kind, draft, clock.now())


def submitted(hit: HIT, by: Worker) -> Assignment:
    """The worker's submission of a HIT."""
    return submit(services.accept(by, hit, clock.now()))


def submit(mine: Assignment) -> Assignment:
    """The submission of a held assignment, as its worker's own page makes it."""
    proof = proof_of(mine)
    return services.submit(mine.assignment_id, {"a": "1"}, clock.now(), proof=proof)


def failure(call: Any, **parameters: Any) -> tuple[str, str]:
    """Code (without its prefix) and message of the error that a client's call gets."""
    try:
        call(**parameters)
    except ClientError as error:
        reply: Any = error.response
        return reply["TurkErrorCode"].removeprefix(PREFIX), reply["Message"]
    raise AssertionError("the call was not refused")


def sign_in(client: "Client", name: str = "alice") -> None:
    """Sign a worker in through the form."""
    client.post("/marketplace/sign-in/", {"name": name, "password": PASSWORD})


def frame_source(html: str) -> str:
    """The address in the page's task frame."""
    found = re.search(r'<iframe id="task-frame"[^>]* src="([^"]*)"', html)
    assert found, "the page has no task frame"
    return unescape(found.group(1))
