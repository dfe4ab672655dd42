"""A QuestionForm document as records (AWS, QuestionForm data structure)."""

from dataclasses import replace
from xml.etree.ElementTree import Element

from marketplace.documents import local_name, parse_error, schema, text_of
from marketplace.errors import invalid
from marketplace.forms.content import GONE, gone, read_choice, read_content
from marketplace.forms.fields import (
    Fields,
    attributes,
    check_once,
    children,
    whole_number,
)
from marketplace.forms.records import (
    Choice,
    FreeText,
    Overview,
    Pattern,
    Question,
    QuestionForm,
    Selection,
)

NAMESPACES = tuple(
    schema(date, "QuestionForm") for date in ("2005-10-01", "2017-11-06")
)
"""The schema's published versions; the later one left out applets and uploads."""

STYLES = ("radiobutton", "checkbox", "list", "dropdown", "combobox", "multichooser")
INVALID_INPUT = "Invalid input supplied."
"""What an AnswerFormatRegex without an errorText says."""

MAX_LINES = 100


def read_question_form(root: Element) -> QuestionForm:
    """Read and check a QuestionForm; `root` comes of documents.parse.

    Raises RequestError naming the element: XMLParseError for what the schema does not
    allow, XHTMLParseError for formatted content, InvalidParameterValue for values that
    contradict each other, an address that can't be shown, and what is gone.
    """
    if root.tag not in {f"{{{namespace}}}QuestionForm" for namespace in NAMESPACES}:
        raise parse_error(f"the root is {root.tag[:200]}, not a QuestionForm")
    parts = tuple(
        Overview(read_content(child))
        if local_name(child) == "Overview"
        else _question(child)
        for child in children(root, ("Overview", "Question"))
    )
    form = QuestionForm(parts)
    if not form.questions:
        raise parse_error("QuestionForm has no Question")
    check_once([question.identifier for question in form.questions], "Question")
    return form


def _question(element: Element) -> Question:
    fields = Fields(
        element,
        (
            "QuestionIdentifier",
            "DisplayName",
            "IsRequired",
            "QuestionContent",
            "AnswerSpecification",
        ),
    )
    return Question(
        identifier=fields.identifier("QuestionIdentifier"),
        name=fields.text("DisplayName"),
        required=fields.truth("IsRequired"),
        content=read_content(fields.needed("QuestionContent")),
        answer=_answer(fields.needed("AnswerSpecification")),
    )


def _answer(element: Element) -> FreeText | Selection:
    kinds = children(element, ("FreeTextAnswer", "SelectionAnswer", *GONE))
    if len(kinds) != 1:
        raise parse_error("AnswerSpecification needs exactly one kind of answer")
    name = local_name(kinds[0])
    if name in GONE:
        raise gone(name)
    return _free_text(kinds[0]) if name == "FreeTextAnswer" else _selection(kinds[0])


def _free_text(element: Element) -> FreeText:
    fields = Fields(element, ("Constraints", "DefaultText", "NumberOfLinesSuggestion"))
    default = fields.element("DefaultText")
    lines = fields.number("NumberOfLinesSuggestion")
    if lines is not None and lines < 1:
        raise parse_error(f"NumberOfLinesSuggestion {lines} is not positive")
    given = FreeText(
        default="" if default is None else text_of(default),
        lines=min(lines or 1, MAX_LINES),
    )
    asked = fields.element("Constraints")
    return given if asked is None else _constrained(given, asked)


def _constrained(text: FreeText, element: Element) -> FreeText:
    fields = Fields(element, ("IsNumeric", "Length"), many=("AnswerFormatRegex",))
    number, length = fields.element("IsNumeric"), fields.element("Length")
    least, most = (
        (None, None) if number is None else _range(number, "minValue", "maxValue")
    )
    shortest, longest = (
        (None, None) if length is None else _range(length, "minLength", "maxLength")
    )
    return replace(
        text,
        numeric=number is not None,
        least=least,
        most=most,
        min_length=_length(shortest),
        max_length=_length(longest),
        patterns=tuple(_pattern(one) for one in fields.all("AnswerFormatRegex")),
    )


def _length(value: int | None) -> int | None:
    if value is not None and value < 0:
        raise parse_error(f"Length {value} is negative")
    return value


def _range(element: Element, low: str, high: str) -> tuple[int | None, int | None]:
    children(element, ())
    given = attributes(element, (low, high))
    least, most = (
        whole_number(given[name].strip(), name) if name in given else None
        for name in (low, high)
    )
    if least is not None and most is not None and least > most:
        raise invalid(f"{low} {least} is more than {high} {most}.")
    return least, most


def _pattern(element: Element) -> Pattern:
    children(element, ())
    given = attributes(element, ("regex", "errorText", "flags"))
    if "regex" not in given:
        raise parse_error("AnswerFormatRegex has no regex")
    if given.get("flags", "") not in {"", "i"}:
        raise invalid(
            f"AnswerFormatRegex: the flags {given['flags'][:40]!r} are not i."
        )
    return Pattern(
        regex=given["regex"],
        error=given.get("errorText", "").strip() or INVALID_INPUT,
        ignore_case=given.get("flags") == "i",
    )


def _selection(element: Element) -> Selection:
    fields = Fields(
        element,
        ("MinSelectionCount", "MaxSelectionCount", "StyleSuggestion", "Selections"),
    )
    style = fields.text("StyleSuggestion")
    if style not in ("", *STYLES):
        raise parse_error(f"StyleSuggestion {style[:40]!r} is none of {STYLES}")
    choices, other = _choices(fields.needed("Selections"))
    least = fields.number("MinSelectionCount")
    most = fields.number("MaxSelectionCount")
    _check_counts(least, most, of=len(choices) + (other is not None))
    return Selection(choices, least, 1 if most is None else most, style, other)


def _choices(element: Element) -> tuple[tuple[Choice, ...], FreeText | None]:
    fields = Fields(element, ("OtherSelection",), many=("Selection",))
    choices = tuple(read_choice(child) for child in fields.all("Selection"))
    if not choices:
        raise parse_error("Selections has no Selection")
    check_once([choice.identifier for choice in choices], "Selection")
    other = fields.element("OtherSelection")
    return choices, None if other is None else _free_text(other)


def _check_counts(least: int | None, most: int | None, *, of: int) -> None:
    if (least is not None and least < 0) or (most is not None and most < 1):
        raise parse_error("MinSelectionCount or MaxSelectionCount is out of range")
    asked, allowed = least or 0, 1 if most is None else most
    if asked > allowed or allowed > of:
        raise invalid(
            f"MinSelectionCount {asked} and MaxSelectionCount {allowed} do not fit each"
            f" other or the {of} selections."
        )
