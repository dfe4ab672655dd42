"""Answers as MTurk hands them out: a QuestionFormAnswers document."""

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape

NAMESPACE = (
    "http://mechanicalturk.amazonaws.com/"
    "AWSMechanicalTurkDataSchemas/2005-10-01/QuestionFormAnswers.xsd"
)
RESERVED = frozenset({"assignmentId", "hitId", "turkSubmitTo", "workerId"})
"""Names of form fields that are the marketplace's own, never a worker's answer."""

# what XML 1.0 can't carry, not even as a character reference
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_xml(fields: Mapping[str, str]) -> str:
    """The document for a form's fields, in the order they came.

    Pure ASCII, as MTurk's: other characters are references. Characters that XML can't
    carry become U+FFFD.
    """
    answers = "".join(
        f"<Answer><QuestionIdentifier>{_text(name)}</QuestionIdentifier>"
        + (f"<FreeText>{_text(value)}</FreeText>" if value else "<FreeText/>")
        + "</Answer>"
        for name, value in fields.items()
    )
    return (
        '<?xml version="1.0" encoding="ASCII"?>'
        f'<QuestionFormAnswers xmlns="{NAMESPACE}">{answers}</QuestionFormAnswers>'
    )


def _text(value: str) -> str:
    clean = _UNSPEAKABLE.sub("\ufffd", value)
    # a parser turns a bare carriage return into a line feed
    escaped = escape(clean, {"\r": "&#13;"})
    return escaped.encode("ascii", "xmlcharrefreplace").decode()
