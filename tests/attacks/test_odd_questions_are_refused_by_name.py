"""Whatever a Question holds, it is read or refused with an error of the protocol."""

import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.errors import RequestError
from marketplace.forms import FaultyAnswersError, QuestionForm, lay_out, read_answers
from marketplace.forms.xhtml import clean
from marketplace.questions import read_question
from tests.marketplace import shop
from tests.marketplace.forms import GAME, POSTED, read
from tests.marketplace.pages import PLAIN

PIECES = re.compile(r"<[^>]*>|[^<]+")
CODES = {"XMLParseError", "XHTMLParseError", "InvalidParameterValue"}
MARKUP = st.lists(
    st.sampled_from(
        (
            *("<b>", "</b>", "<p>", "</p>", "<a ", "</a>", "<img ", "/>", ">", "<"),
            *("href=", "src=", "alt=", "=", "'", '"', "https://a.example", "x", " "),
            *("javascript:", "onload=", "&", "&lt;", "&LT;", "&nbsp;", "\x00"),
            *("<!--", "-->", "<![CDATA[", "]]>", "<?x ", "?>", "\ufffe"),
        )
    ),
    max_size=12,
).map("".join)


def outcome(xml: str) -> object:
    """The question, or the code of its refusal; anything else fails the test."""
    try:
        return read_question(xml)
    except RequestError as error:
        refused = error
    code = refused.code.rpartition(".")[2]
    assert code in CODES
    assert len(refused.message) < 1_000
    return code


def mangled(xml: str, seed: int) -> str:
    """The document with pieces dropped, doubled or swapped."""
    chance = random.Random(seed)
    pieces = PIECES.findall(xml)
    for _ in range(chance.randint(1, 3)):
        here, there = (chance.randrange(len(pieces)) for _ in range(2))
        change = chance.randrange(3)
        if change == 0:
            del pieces[here]
        elif change == 1:
            pieces.insert(there, pieces[here])
        else:
            pieces[here], pieces[there] = pieces[there], pieces[here]
    return "".join(pieces)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([GAME, PLAIN, shop.QUESTION]), st.integers(0, 2**32))
def test_a_mangled_document_is_read_or_refused(xml: str, seed: int) -> None:
    found = outcome(mangled(xml, seed))
    if isinstance(found, QuestionForm):
        assert lay_out(found)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40))
def test_any_text_in_place_of_a_value_is_read_or_refused(text: str) -> None:
    for old in ("nextmove", "2017-11-06", 'minLength="2"', "true", "radiobutton"):
        outcome(GAME.replace(old, text))


@settings(max_examples=200, deadline=None)
@given(MARKUP)
def test_formatted_content_is_written_without_scripts_or_refused(source: str) -> None:
    try:
        html = clean(source)
    except RequestError:
        return
    tags = re.findall(r"<(/?)([a-z0-9]*)", html)
    assert {name for _, name in tags} <= {"b", "p", "a", "img"}
    assert not re.search(r"<[^>]*(javascript:| on\w+=)", html)
    # what was written is read to the same thing, but for tags that XHTML closes
    if "<img" not in html and "<a" not in html:
        assert clean(html) == html


POST_KEYS = st.sampled_from([*POSTED, "answer-2-", "answer-9", "answer-", "other", ""])


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(POST_KEYS, st.lists(st.text(max_size=5), max_size=3)))
def test_any_post_is_taken_or_told_what_is_wrong(posted: dict[str, list[str]]) -> None:
    form = read()
    faults = {}
    try:
        answers = read_answers(form, {**POSTED, **posted})
    except FaultyAnswersError as refused:
        faults = dict(refused.faults)
    assert faults or len(answers) == 4
    assert len(lay_out(form, posted, faults)) == 5
