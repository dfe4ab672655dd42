"""XML documents from strangers: read without DTDs, entities, bombs or deep nesting."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from marketplace.errors import RequestError, invalid

MAX_BYTES = 65_535
"""Of a question, a test or an answer key (AWS, CreateHIT, CreateQualificationType)."""

MAX_DEPTH = 40
_SCHEMAS = "http://mechanicalturk.amazonaws.com/AWSMechanicalTurkDataSchemas/"


def parse(xml: str, *, parameter: str) -> Element:
    """The document's root element.

    `parameter` names what was given, such as Question. Raises RequestError:
    InvalidParameterValue when it is too long, XMLParseError when it is no XML, has a
    document type, or is nested too deeply.
    """
    # half a surrogate pair can't be written as UTF-8; the parser then refuses it
    if len(xml.encode(errors="surrogatepass")) > MAX_BYTES:
        raise invalid(f"{parameter} is longer than {MAX_BYTES} bytes.")
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise parse_error(str(error)) from error
    if is_too_deep(root):
        raise parse_error(f"elements are nested more than {MAX_DEPTH} deep")
    return root


def parse_error(detail: str) -> RequestError:
    """A document that does not validate."""
    return RequestError(
        "XMLParseError",
        "There was an error parsing the XML question or answer data in your request."
        " Please make sure the data is well-formed and validates against the"
        f" appropriate schema. Details: {detail}",
    )


def schema(date: str, name: str) -> str:
    """The namespace of a schema of MTurk's (AWS, Data Structure Schema Locations)."""
    return f"{_SCHEMAS}{date}/{name}.xsd"


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: Element) -> str:
    """The element's namespace, empty when it has none."""
    return element.tag.rpartition("}")[0].removeprefix("{")


def text_of(element: Element) -> str:
    """The text of an element that holds nothing else, as it was written.

    Raises RequestError XMLParseError when it holds elements.
    """
    if len(element):
        raise parse_error(f"{local_name(element)} holds elements")
    return element.text or ""


def is_too_deep(root: Element) -> bool:
    """Whether anything is nested more than MAX_DEPTH deep."""
    return any(True for _ in _below(root))


def _below(root: Element) -> Iterator[Element]:
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
    yield from level
