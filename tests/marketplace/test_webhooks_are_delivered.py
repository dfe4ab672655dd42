"""Events reach a web server: signed, in order, at least once, and not for ever."""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hmac import new as hmac
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from marketplace import clock, services
from marketplace.models import Notice, NoticeDocument, Requester
from marketplace.services.deliver import EVENTS_AT_MOST, KEPT_FOR, MAX_TRIES
from tests.marketplace import listening, shop
from tests.marketplace.listening import Receiver

Advance = Callable[[timedelta], None]


@pytest.fixture
def hook(settings: Any) -> Iterator[Receiver]:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    with listening.receiver() as made:
        yield made


def told(lab: Requester, hook: Receiver) -> None:
    """From now on everything that happens to shop's HITs goes to the hook."""
    listening.tell(shop.publish(lab).hit_type, hook.url + "?lab=1")


def deliver() -> int:
    return services.deliver_due(clock.now())


def test_several_events_travel_in_one_document_as_mturk_writes_it(
    lab: Requester, hook: Receiver
) -> None:
    told(lab, hook)
    hit = shop.publish(lab)
    mine = shop.submitted(hit, shop.worker())
    assert (deliver(), deliver()) == (1, 0)
    [document] = hook.documents
    assert [event["EventType"] for event in document["Events"]] == [
        "HITCreated",
        "AssignmentAccepted",
        "AssignmentSubmitted",
    ]
    created, _, submitted = document["Events"]
    assert "AssignmentId" not in created
    assert submitted["AssignmentId"] == mine.assignment_id
    assert submitted["HITId"] == hit.hit_id
    assert submitted["HITTypeId"] == hit.hit_type.hit_type_id
    assert submitted["EventTimestamp"] == f"{mine.submitted_at:%Y-%m-%dT%H:%M:%SZ}"
    assert re.fullmatch(r"[0-9a-f]{32}", document["EventDocId"])
    assert re.fullmatch(r"\d{12}", document["SourceAccount"])
    assert re.fullmatch(r"A[A-Z0-9]+", document["CustomerId"])
    assert document["EventDocVersion"] == "2014-08-15"


def test_the_envelope_is_that_of_sns_and_its_signature_can_be_checked(
    lab: Requester, hook: Receiver
) -> None:
    told(lab, hook)
    shop.publish(lab)
    deliver()
    [body], [headers] = hook.bodies, hook.headers
    envelope = json.loads(body)
    assert envelope["Type"] == "Notification"
    assert headers["x-amz-sns-message-type"] == "Notification"
    assert headers["x-amz-sns-message-id"] == envelope["MessageId"]
    assert headers["x-amz-sns-topic-arn"] == envelope["TopicArn"]
    assert hook.paths == ["/hook?lab=1"]
    # what a receiver does that knows its secret access key
    found = re.fullmatch(
        r"t=(\d+),v1=([0-9a-f]{64})", headers["X-Marketplace-Signature"]
    )
    assert found
    key = hmac(shop.SECRET.encode(), b"marketplace.notifications", "sha256").digest()
    signed = hmac(key, found[1].encode() + b"." + body, "sha256").hexdigest()
    assert signed == found[2]
    assert shop.SECRET not in body.decode() + str(headers)


def test_a_failed_document_comes_again_with_the_same_id_and_holds_back_later_ones(
    lab: Requester, hook: Receiver, advance: Advance
) -> None:
    told(lab, hook)
    hook.answers = [(500, ""), (503, "")]
    shop.publish(lab)
    assert deliver() == 0
    [waiting] = NoticeDocument.objects.all()
    assert (waiting.state, waiting.tries) == ("waiting", 1)
    assert "answered 500" in waiting.fault
    shop.submitted(shop.publish(lab), shop.worker())
    assert deliver() == 0
    assert len(hook.bodies) == 1, "tried before its pause was over"
    advance(timedelta(seconds=31))
    assert deliver() == 0
    advance(timedelta(seconds=61))
    assert deliver() == 2
    ids = [document["EventDocId"] for document in hook.documents]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert (
        json.loads(hook.bodies[0])["Message"] == json.loads(hook.bodies[2])["Message"]
    )
    assert hook.events[-4:] == [
        "HITCreated",
        *("HITCreated", "AssignmentAccepted", "AssignmentSubmitted"),
    ]


def test_what_fails_for_ever_is_given_up_and_can_be_tried_again(
    lab: Requester, hook: Receiver, advance: Advance
) -> None:
    told(lab, hook)
    hook.answers = [(500, "")] * MAX_TRIES
    shop.publish(lab)
    for _ in range(MAX_TRIES + 3):
        deliver()
        advance(timedelta(hours=1))
    assert len(hook.bodies) == MAX_TRIES
    dead = NoticeDocument.objects.get()
    assert (dead.state, dead.tries) == ("dead", MAX_TRIES)
    shop.publish(lab)
    assert deliver() == 1, "the dead one still holds back what came later"
    assert services.try_again(NoticeDocument.objects.all(), clock.now()) == 1
    assert deliver() == 1
    assert {doc.state for doc in NoticeDocument.objects.all()} == {"sent"}


def test_one_dead_server_keeps_nothing_from_another(
    lab: Requester, hook: Receiver
) -> None:
    told(lab, hook)
    other = shop.Terms(title="Another type")
    listening.tell(shop.publish(lab, other).hit_type, "http://127.0.0.1:1/closed")
    shop.publish(lab, other)
    shop.publish(lab)
    assert deliver() == 1
    assert hook.events == ["HITCreated"]
    waiting = NoticeDocument.objects.get(state="waiting")
    assert "did not answer" in waiting.fault


def test_many_events_are_split_into_documents_in_order(
    lab: Requester, hook: Receiver
) -> None:
    told(lab, hook)
    hits = [shop.publish(lab) for _ in range(EVENTS_AT_MOST + 3)]
    assert deliver() == 2
    told_of = [e["HITId"] for doc in hook.documents for e in doc["Events"]]
    assert told_of == [hit.hit_id for hit in hits]


def test_time_alone_makes_events_when_somebody_delivers(
    lab: Requester, hook: Receiver, advance: Advance
) -> None:
    told(lab, hook)
    shop.publish(lab)
    advance(timedelta(days=2))
    deliver()
    # the first HIT, too: it was made before anybody asked, and expires with the other
    assert sorted(hook.events) == [
        "HITCreated",
        *("HITExpired", "HITExpired"),
        *("HITReviewable", "HITReviewable"),
    ]


def test_what_was_sent_is_forgotten_after_a_month(
    lab: Requester, hook: Receiver, advance: Advance
) -> None:
    told(lab, hook)
    hit = shop.publish(lab)
    deliver()
    services.subscribe(hit.hit_type, None, active=False)
    advance(KEPT_FOR + timedelta(minutes=1))
    deliver()
    assert not NoticeDocument.objects.exists()
    assert not Notice.objects.exists()


def test_the_command_delivers_once(
    lab: Requester, hook: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    told(lab, hook)
    shop.publish(lab)
    call_command("deliver")
    assert hook.events == ["HITCreated"]
    assert "1 notifications sent" in capsys.readouterr().out


@pytest.mark.django_db(transaction=True)
def test_four_deliverers_at_once_send_each_document_once_and_in_order(
    settings: Any,
) -> None:
    settings.MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS = True
    lab = shop.requester(balance="1000.00")
    with listening.receiver() as hook:
        told(lab, hook)
        hits = [shop.publish(lab) for _ in range(3 * EVENTS_AT_MOST)]

        def run(_: int) -> int:
            try:
                return deliver()
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(run, range(4))) == 3
        deliver()
        told_of = [e["HITId"] for doc in hook.documents for e in doc["Events"]]
    assert told_of == [hit.hit_id for hit in hits]
