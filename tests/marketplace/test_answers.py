"""Answers as a QuestionFormAnswers document."""

from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.answers import NAMESPACE, to_xml

# all that XML 1.0 can carry: no surrogates, no control characters but three
SPEAKABLE = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"),
        include_characters="\t\n\r",
        exclude_characters="\ufffe\uffff",
    )
)


def read(xml: str) -> dict[str, str]:
    tag = f"{{{NAMESPACE}}}"
    return {
        answer.findtext(f"{tag}QuestionIdentifier", ""): answer.findtext(
            f"{tag}FreeText", ""
        )
        for answer in fromstring(xml.encode())
    }


def test_the_document_is_the_recorded_one() -> None:
    # recorded from the 2017 API in 2021
    assert to_xml({"answer_0": '{"good":[1]}'}) == (
        '<?xml version="1.0" encoding="ASCII"?><QuestionFormAnswers xmlns="http://'
        "mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/2005-10-01/"
        'QuestionFormAnswers.xsd"><Answer><QuestionIdentifier>answer_0'
        '</QuestionIdentifier><FreeText>{"good":[1]}</FreeText></Answer>'
        "</QuestionFormAnswers>"
    )


def test_an_empty_field_is_an_empty_element() -> None:
    assert "<FreeText/>" in to_xml({"a": ""})


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(SPEAKABLE, SPEAKABLE))
def test_what_was_answered_is_read_again(fields: dict[str, str]) -> None:
    xml = to_xml(fields)
    assert xml.isascii()
    assert read(xml) == fields


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_no_answer_breaks_the_document(value: str) -> None:
    assert list(read(to_xml({"a": value}))) == ["a"]


def test_what_xml_can_not_carry_is_replaced() -> None:
    assert read(to_xml({"a": "x\x00y\x1bz\ud800"})) == {"a": "x\ufffdy\ufffdz\ufffd"}
