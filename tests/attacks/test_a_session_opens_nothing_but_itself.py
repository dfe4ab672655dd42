"""A rater's token answers the clips of her own session, while it lasts; no more."""

import uuid
from typing import Any

import pytest
from django.core import signing

from studies.models import Assignment, Trial, Vote
from studies.services.copies import answers_copy
from studies.services.previews import item_token
from studies.services.sessions import SIGNED_AS
from tests.rating.booth import Booth, open_booth
from tests.rating.caller import WATCHED, Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def booth() -> Booth:
    return open_booth()


def ready(booth: Booth, worker: str, asg: str) -> Caller:
    rater = Caller(booth, worker, asg)
    rater.get_ready()
    return rater


def refusal(rater: Caller, reply: Any) -> tuple[int, str]:
    return rater.status, reply["error"]["code"]


def test_a_clip_of_another_session_takes_no_answer(booth: Booth) -> None:
    mine, other = ready(booth, "AMINE", "ASG1"), ready(booth, "AOTHER", "ASG2")
    theirs = other.get("trial")["trial"]
    mine.get("trial")
    for key in Trial.objects.exclude(assignment=mine.assignment()).values_list("key"):
        reply = mine.answer({"key": str(key[0])})
        assert refusal(mine, reply) == (403, "not_yours")
    assert not Vote.objects.exists()
    other.answer(theirs)
    assert other.status == 200


def test_a_clip_that_was_allocated_to_nobody_takes_no_answer(booth: Booth) -> None:
    mine = ready(booth, "AMINE", "ASG1")
    mine.get("trial")
    item = booth.study.items.scored().exclude(trials__isnull=False).first()
    assert item is not None
    assert refusal(mine, mine.answer({"key": str(uuid.uuid4())})) == (403, "not_yours")
    assert refusal(mine, mine.answer({"key": item.key})) == (403, "not_yours")
    for odd in (str(item.pk), "", "null", "../1", "' OR 1=1 --"):
        reply = mine.answer({"key": odd})
        assert mine.status == 400
        assert reply["error"]["code"] in ("bad_answer", "bad_request")
    assert not Vote.objects.exists()
    assert item.trials.count() == 0


def test_a_clip_that_was_not_shown_yet_takes_no_answer(booth: Booth) -> None:
    mine = ready(booth, "AMINE", "ASG1")
    now = mine.get("trial")["trial"]["key"]
    for trial in mine.assignment().trials.exclude(key=now):
        reply = mine.answer({"key": str(trial.key)})
        assert refusal(mine, reply) == (403, "not_yours")
    assert not Vote.objects.exists()


def test_a_token_of_a_session_that_is_over_opens_nothing(booth: Booth) -> None:
    mine = ready(booth, "AMINE", "ASG1")
    last = mine.get("trial")["trial"]
    mine.answer_all()
    votes = list(Vote.objects.order_by("pk").values_list("pk", "choice"))
    for state, code in (
        ("submitted", "done_already"),
        ("approved", "done_already"),
        ("rejected", "done_already"),
        ("returned", "returned"),
        ("expired", "returned"),
    ):
        Assignment.objects.update(state=state)
        for call in ("state", "trial", "finish"):
            assert refusal(mine, mine.get(call)) == (403, code)
        for call, body in (
            ("sound", {"count": 3}),
            ("step", {"step": "instructions"}),
            ("answer", _answer(last["key"], {"real": "fake"})),
        ):
            assert refusal(mine, mine.post(call, body)) == (403, code)
    assert list(Vote.objects.order_by("pk").values_list("pk", "choice")) == votes


def test_nothing_else_that_we_sign_is_a_token(booth: Booth) -> None:
    mine, other = ready(booth, "AMINE", "ASG1"), ready(booth, "AOTHER", "ASG2")
    session, theirs = mine.assignment(), other.assignment()
    item = booth.study.items.first()
    assert item is not None
    body, stamp, mac = mine.token.split(":")
    foreign_body = other.token.split(":")[0]
    tokens = [
        answers_copy(session),
        item_token(item),
        signing.dumps({"a": str(theirs.key), "r": theirs.rater}, salt="else"),
        # signed by us, yet the names of two sessions
        signing.dumps({"a": str(theirs.key), "r": session.rater}, salt=SIGNED_AS),
        f"{foreign_body}:{stamp}:{mac}",
        f"{body}:{stamp}:{mac[:-1]}",
        f"{body}:{stamp}",
        mine.token.swapcase(),
        str(theirs.key),
    ]
    for token in tokens:
        mine.token = token
        assert refusal(mine, mine.get("trial")) == (401, "bad_token")


def _answer(key: str, choices: Any, **more: Any) -> dict[str, Any]:
    sent = {"trial": key, "uuid": str(uuid.uuid4()), "choices": choices}
    return sent | {"telemetry": WATCHED} | more


@pytest.mark.parametrize(
    "choices",
    [
        {},
        {"real": ""},
        {"real": "maybe"},
        {"real": "REAL"},
        {"truth": "real"},
        {"real": "real", "usable": "true"},
        {"real": ["real"]},
        {"real": 1},
        {"real": None},
        [["real", "real"]],
        "real",
        None,
    ],
)
def test_an_answer_that_the_design_does_not_know_is_stored_nowhere(
    booth: Booth, choices: Any
) -> None:
    mine = ready(booth, "AMINE", "ASG1")
    key = mine.get("trial")["trial"]["key"]
    reply = mine.post("answer", _answer(key, choices))
    assert mine.status == 400
    assert reply["error"]["code"] in ("bad_answer", "bad_request")
    assert not Vote.objects.exists()


def test_what_else_an_answer_carries_decides_nothing(booth: Booth) -> None:
    mine = ready(booth, "AMINE", "ASG1")
    key = mine.get("trial")["trial"]["key"]
    more = {
        "usable": True,
        "kind": "scored",
        "source": "import",
        "assignment": "ASG2",
        "worker_id": "AOTHER",
        "seconds": -5,
        "telemetry": {"ended": False, "usable": True, "seconds": 1e400},
    }
    mine.post("answer", _answer(key, {"real": "real"}, **more))
    vote = Vote.objects.get()
    assert (vote.source, vote.usable) == ("page", False)
    assert vote.trial.rater == "mturk:AMINE"
    assert vote.seconds is not None
    assert vote.seconds >= 0
