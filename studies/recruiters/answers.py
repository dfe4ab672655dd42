"""QuestionFormAnswers: what a rater's form posted, as the protocol gives it back."""

from collections.abc import Mapping
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

_NS = (
    "{http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/"
    "2005-10-01/QuestionFormAnswers.xsd}"
)


def parse_answers(xml: str) -> Mapping[str, str]:
    """Return the form's fields by name; empty when the text is not such a document.

    The service does not guarantee that answers conform (AWS, QuestionFormAnswers),
    so a malformed document is no error of ours: the raw text is kept beside it.
    """
    if not xml:
        return {}
    try:
        root = ElementTree.fromstring(xml.encode())
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return {}
    fields: dict[str, str] = {}
    for answer in root.iter(f"{_NS}Answer"):
        name = answer.findtext(f"{_NS}QuestionIdentifier") or ""
        fields[name] = answer.findtext(f"{_NS}FreeText") or ""
    return fields
