"""ExternalQuestion documents, and the address a frame gets."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from marketplace.errors import RequestError
from marketplace.questions import ExternalQuestion, frame_url, read_question
from tests.marketplace import shop

BOMB = (
    '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def question(url: str, height: str = "0") -> str:
    page = "https://rate.example/hit/?study=vegas&amp;b=17"
    return shop.QUESTION.replace(page, url).replace(">0<", f">{height}<")


def refusal(xml: str) -> RequestError:
    with pytest.raises(RequestError) as caught:
        read_question(xml)
    return caught.value


def test_address_and_height_are_read() -> None:
    read = read_question(shop.QUESTION.replace(">0<", "> 600\n<"))
    assert isinstance(read, ExternalQuestion)
    assert read.url == "https://rate.example/hit/?study=vegas&b=17"
    assert read.frame_height == 600


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "not xml",
        "<ExternalQuestion/>",
        shop.QUESTION.replace("2006-07-14", "2011-11-11"),
        shop.QUESTION.replace("<FrameHeight>0</FrameHeight>", ""),
        shop.QUESTION.replace("&amp;", "&"),
        BOMB + shop.QUESTION.replace("vegas", "&c;"),
        '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + shop.QUESTION.replace("vegas", "&x;"),
        question("https://rate.example/", "-1"),
        question("https://rate.example/", "tall"),
        question("https://rate.example/", "100001"),
        question("https://rate.example/", "9" * 5_000),
        question("<b>https://rate.example/</b>"),
    ],
)
def test_what_is_no_external_question_is_a_parse_error(xml: str) -> None:
    assert refusal(xml).code == "AWS.MechanicalTurk.XMLParseError"


@pytest.mark.parametrize(
    "url",
    [
        "http://rate.example/",
        "javascript:alert(1)",
        "data:text/html,hello",
        "//rate.example/",
        "https://",
        "https://user:word@rate.example/",
        "https://rate.example;script-src/",
        "https://rate.example:0/",
        "https://rate.example:99999/",
        "https://[::1/",
        "https://rate.example/a\u202eb",
        "",
    ],
)
def test_an_address_that_can_not_be_shown_is_refused(url: str) -> None:
    assert refusal(question(url)).code == "AWS.MechanicalTurk.InvalidParameterValue"


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:80"])
def test_http_is_taken_on_this_machine_when_the_setting_says_so(
    settings: Any, host: str
) -> None:
    settings.MARKETPLACE_ALLOW_HTTP_LOOPBACK = True
    read = read_question(question(f"http://{host}/a"))
    assert read == ExternalQuestion(url=f"http://{host}/a", frame_height=0)
    settings.MARKETPLACE_ALLOW_HTTP_LOOPBACK = False
    refusal(question(f"http://{host}/a"))


def test_the_parameters_come_after_the_pages_own(settings: Any) -> None:
    settings.MARKETPLACE_URL = "https://market.example/m/"
    url = frame_url(
        "https://rate.example/hit?study=vegas&b=17#top",
        assignment_id="3A",
        hit_id="3H",
        worker_id="A1",
    )
    parts = urlsplit(url)
    assert parse_qsl(parts.query) == [
        ("study", "vegas"),
        ("b", "17"),
        ("assignmentId", "3A"),
        ("hitId", "3H"),
        ("workerId", "A1"),
        ("turkSubmitTo", "https://market.example/m"),
    ]
    assert "turkSubmitTo=https%3A%2F%2Fmarket.example%2Fm" in url
    assert (parts.path, parts.fragment) == ("/hit", "top")


def test_a_preview_names_no_worker() -> None:
    url = frame_url("https://rate.example/", assignment_id="NA", hit_id="3H")
    assert urlsplit(url).query == "assignmentId=NA&hitId=3H"
