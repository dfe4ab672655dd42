"""Whatever address a question names, the marketplace itself never calls it."""

import socket
from collections.abc import Iterator
from xml.sax.saxutils import escape

import pytest
from django.test import Client

from marketplace import clock, services
from marketplace.models import HIT
from tests.marketplace import shop

pytestmark = pytest.mark.django_db(transaction=True)
SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server inside; it notes who connects, and nobody should."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def questions(address: str) -> dict[str, str]:
    """One question of each kind that names `address`."""
    url = escape(address)
    page = f'<img src="{address}"><link rel="stylesheet" href="{address}">'
    return {
        "external": (
            f'<ExternalQuestion xmlns="{SCHEMAS}/2006-07-14/ExternalQuestion.xsd">'
            f"<ExternalURL>{url}</ExternalURL><FrameHeight>0</FrameHeight>"
            "</ExternalQuestion>"
        ),
        "html": (
            f'<HTMLQuestion xmlns="{SCHEMAS}/2011-11-11/HTMLQuestion.xsd">'
            f"<HTMLContent><![CDATA[<!DOCTYPE html>{page}]]></HTMLContent>"
            "<FrameHeight>0</FrameHeight></HTMLQuestion>"
        ),
        "form": (
            f'<QuestionForm xmlns="{SCHEMAS}/2017-11-06/QuestionForm.xsd"><Question>'
            "<QuestionIdentifier>q</QuestionIdentifier><QuestionContent><Binary>"
            "<MimeType><Type>image</Type></MimeType>"
            f"<DataURL>{url}</DataURL><AltText>a</AltText></Binary></QuestionContent>"
            "<AnswerSpecification><FreeTextAnswer/></AnswerSpecification>"
            "</Question></QuestionForm>"
        ),
    }


@pytest.mark.parametrize("kind", ["external", "html", "form"])
def test_publishing_listing_and_working_call_nobody(
    listener: socket.socket, live_server: object, kind: str
) -> None:
    port = listener.getsockname()[1]
    question = questions(f"http://127.0.0.1:{port}/latest/meta-data")[kind]
    shop.requester()
    client = shop.mturk(f"{live_server}/marketplace/api/")
    made = client.create_hit(
        Title="T", Description="D", Reward="0.05", LifetimeInSeconds=3600,
        AssignmentDurationInSeconds=600, Question=question,
    )["HIT"]  # fmt: skip
    client.get_hit(HITId=made["HITId"])
    worker = shop.worker("ada")
    browser = Client()
    shop.sign_in(browser, "ada")
    hit = HIT.objects.get(hit_id=made["HITId"])
    pages = ["", f"hits/{hit.hit_id}/", f"projects/{hit.hit_type.group_id}/tasks"]
    place = services.accept(worker, hit, clock.now())
    for path in [*pages, f"assignments/{place.assignment_id}/"]:
        assert browser.get(f"/marketplace/{path}").status_code == 200
    with pytest.raises(BlockingIOError):
        listener.accept()
