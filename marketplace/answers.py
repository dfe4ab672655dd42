"""Answers as MTurk hands them out: a QuestionFormAnswers document."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

NAMESPACE = (
    "http://mechanicalturk.amazonaws.com/"
    "AWSMechanicalTurkDataSchemas/2005-10-01/QuestionFormAnswers.xsd"
)
RESERVED = frozenset({"assignmentId", "hitId", "turkSubmitTo", "workerId"})
"""Names of form fields that are the marketplace's own, never a worker's answer."""

# what XML 1.0 can't carry, not even as a character reference
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a worker said to one question.

    `free_text` is None for a multiple choice; the others are of a multiple choice
    alone. Nothing chosen is no selections and no `other`.
    """

    question: str
    free_text: str | None = None
    selections: tuple[str, ...] = ()
    other: str | None = None


def to_xml(fields: Mapping[str, str]) -> str:
    """The document for a form's fields, in the order they came."""
    return to_document(Answer(name, free_text=value) for name, value in fields.items())


def to_document(answers: Iterable[Answer]) -> str:
    """The document for answers, in their order (AWS, QuestionFormAnswers).

    Pure ASCII, as MTurk's: other characters are references. Characters that XML can't
    carry become U+FFFD.
    """
    written = "".join(_written(answer) for answer in answers)
    return (
        '<?xml version="1.0" encoding="ASCII"?>'
        f'<QuestionFormAnswers xmlns="{NAMESPACE}">{written}</QuestionFormAnswers>'
    )


def _written(answer: Answer) -> str:
    chosen = [_element("SelectionIdentifier", each) for each in answer.selections]
    if answer.other is not None:
        chosen.append(_element("OtherSelectionText", answer.other))
    if answer.free_text is not None:
        chosen.append(_element("FreeText", answer.free_text))
    question = _element("QuestionIdentifier", answer.question)
    return f"<Answer>{question}{''.join(chosen)}</Answer>"


def _element(name: str, value: str) -> str:
    return f"<{name}>{_text(value)}</{name}>" if value else f"<{name}/>"


def _text(value: str) -> str:
    clean = _UNSPEAKABLE.sub("\ufffd", value)
    # a parser turns a bare carriage return into a line feed
    escaped = escape(clean, {"\r": "&#13;"})
    return escaped.encode("ascii", "xmlcharrefreplace").decode()
