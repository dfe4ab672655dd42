"""Answer keys: what the answers to a qualification's test are worth.

The data structure and its arithmetic are those of the AWS API reference, AnswerKey
data structure.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor
from xml.etree.ElementTree import Element

from marketplace.answers import Answer
from marketplace.documents import local_name, parse, parse_error, schema, text_of
from marketplace.errors import invalid
from marketplace.forms.fields import Fields, check_once, children
from marketplace.forms.records import Question, QuestionForm, Selection

NAMESPACE = schema("2005-10-01", "AnswerKey")
VALUES = range(-(2**31), 2**31)
"""What a qualification's value can be: the protocol's integers."""

# a double as XML writes it, of a size that exact arithmetic takes in its stride
_DECIMAL = re.compile(r"[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Keyed:
    """What the choices for one question score; `default` for all others."""

    question: str
    options: tuple[tuple[frozenset[str], int], ...]
    default: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """The value is the sum times the factor, to the nearest whole number."""

    factor: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Band:
    """Sums from `low` to `high`, both among them, give the value."""

    low: int
    high: int
    value: int


@dataclass(frozen=True, slots=True)
class Bands:
    """The value is that of the band that the sum is in, or the one outside all."""

    bands: tuple[Band, ...]
    outside: int


@dataclass(frozen=True, slots=True)
class AnswerKey:
    """The questions that count, and how their sum becomes a value."""

    questions: tuple[Keyed, ...]
    mapping: Scale | Bands = Scale()


def read_answer_key(xml: str) -> AnswerKey:
    """Read and check an AnswerKey document.

    Raises RequestError naming the element: XMLParseError for what the schema does not
    allow, InvalidParameterValue for what has no one meaning (an answer scored twice,
    ranges that overlap) and for values that no qualification can have.
    """
    root = parse(xml, parameter="AnswerKey")
    if root.tag != f"{{{NAMESPACE}}}AnswerKey":
        raise parse_error(f"the root is {root.tag[:200]}, not an AnswerKey")
    fields = Fields(root, ("QualificationValueMapping",), many=("Question",))
    questions = tuple(_question(child) for child in fields.all("Question"))
    if not questions:
        raise parse_error("AnswerKey has no Question")
    check_once([keyed.question for keyed in questions], "Question")
    mapping = fields.element("QualificationValueMapping")
    key = AnswerKey(questions, Scale() if mapping is None else _mapping(mapping))
    _check_values(key)
    return key


def check_fits(key: AnswerKey, form: QuestionForm) -> None:
    """Raise RequestError InvalidParameterValue where a key is not of the form's test.

    Only choices can be keyed, and each that is must be there to be chosen.
    """
    asked = {question.identifier: question for question in form.questions}
    for keyed in key.questions:
        offered = _offered(asked.get(keyed.question), keyed.question)
        for chosen, _ in keyed.options:
            for identifier in sorted(chosen - offered):
                raise invalid(
                    f"AnswerKey: the question {keyed.question[:80]!r} has no selection"
                    f" {identifier[:80]!r}."
                )


def score(key: AnswerKey, answers: Iterable[Answer]) -> int:
    """The qualification's value for a worker's answers.

    An option counts when exactly its selections were chosen, no fewer, no more and
    nothing written beside them; without such an option the question's default counts.
    """
    given = {answer.question: answer for answer in answers}
    total = sum(_score_of(keyed, given.get(keyed.question)) for keyed in key.questions)
    return _value(key.mapping, total)


def _score_of(keyed: Keyed, answer: Answer | None) -> int:
    if answer is not None and answer.other is None:
        chosen = frozenset(answer.selections)
        for wanted, points in keyed.options:
            if wanted == chosen:
                return points
    return keyed.default


def _value(mapping: Scale | Bands, total: int) -> int:
    if isinstance(mapping, Scale):
        # to the nearest, halves up
        return floor(total * mapping.factor + Fraction(1, 2))
    for band in mapping.bands:
        if band.low <= total <= band.high:
            return band.value
    return mapping.outside


def _offered(question: Question | None, identifier: str) -> set[str]:
    if question is None:
        raise invalid(f"AnswerKey: the test has no question {identifier[:80]!r}.")
    if not isinstance(question.answer, Selection):
        raise invalid(
            f"AnswerKey: the question {identifier[:80]!r} is answered in words, which"
            " can't be keyed."
        )
    return {choice.identifier for choice in question.answer.choices}


def _question(element: Element) -> Keyed:
    fields = Fields(
        element, ("QuestionIdentifier", "DefaultScore"), many=("AnswerOption",)
    )
    identifier = fields.identifier("QuestionIdentifier")
    options = tuple(_option(child) for child in fields.all("AnswerOption"))
    if not options:
        raise parse_error(f"the Question {identifier[:80]!r} has no AnswerOption")
    if len({chosen for chosen, _ in options}) < len(options):
        raise invalid(
            f"AnswerKey: two AnswerOptions of the question {identifier[:80]!r} have the"
            " same selections."
        )
    return Keyed(identifier, options, fields.number("DefaultScore") or 0)


def _option(element: Element) -> tuple[frozenset[str], int]:
    fields = Fields(element, ("AnswerScore",), many=("SelectionIdentifier",))
    chosen = frozenset(
        text_of(child).strip() for child in fields.all("SelectionIdentifier")
    )
    if not chosen or "" in chosen:
        raise parse_error("AnswerOption needs a SelectionIdentifier that is not empty")
    return chosen, _needed(fields, "AnswerScore")


def _mapping(element: Element) -> Scale | Bands:
    kinds = children(element, ("PercentageMapping", "ScaleMapping", "RangeMapping"))
    if len(kinds) != 1:
        raise parse_error("QualificationValueMapping needs exactly one mapping")
    name = local_name(kinds[0])
    if name == "RangeMapping":
        return _bands(kinds[0])
    return _percentage(kinds[0]) if name == "PercentageMapping" else _scale(kinds[0])


def _percentage(element: Element) -> Scale:
    most = _needed(Fields(element, ("MaximumSummedScore",)), "MaximumSummedScore")
    if most < 1:
        raise invalid(f"MaximumSummedScore {most} is not positive.")
    return Scale(Fraction(100, most))


def _scale(element: Element) -> Scale:
    fields = Fields(element, ("SummedScoreMultiplier",))
    text = fields.identifier("SummedScoreMultiplier")
    if not text.isascii() or not _DECIMAL.fullmatch(text):
        raise parse_error(
            f"SummedScoreMultiplier {text[:40]!r} is not a decimal number"
        )
    return Scale(Fraction(text))


def _bands(element: Element) -> Bands:
    fields = Fields(
        element, ("OutOfRangeQualificationValue",), many=("SummedScoreRange",)
    )
    read = [_band(child) for child in fields.all("SummedScoreRange")]
    if not read:
        raise parse_error("RangeMapping has no SummedScoreRange")
    bands = tuple(sorted(read, key=lambda band: band.low))
    for one, other in pairwise(bands):
        if other.low <= one.high:
            raise invalid(
                f"RangeMapping: the ranges {one.low} to {one.high} and {other.low} to"
                f" {other.high} overlap."
            )
    return Bands(bands, _needed(fields, "OutOfRangeQualificationValue"))


def _band(element: Element) -> Band:
    names = ("InclusiveLowerBound", "InclusiveUpperBound", "QualificationValue")
    fields = Fields(element, names)
    low, high, value = (_needed(fields, name) for name in names)
    if low > high:
        raise invalid(
            f"InclusiveLowerBound {low} is more than InclusiveUpperBound {high}."
        )
    return Band(low, high, value)


def _needed(fields: Fields, name: str) -> int:
    fields.needed(name)
    return fields.number(name) or 0


def _check_values(key: AnswerKey) -> None:
    points = [
        [keyed.default, *(points for _, points in keyed.options)]
        for keyed in key.questions
    ]
    for total in (sum(map(min, points)), sum(map(max, points))):
        value = _value(key.mapping, total)
        if value not in VALUES:
            raise invalid(
                f"AnswerKey: a sum of {total} would give the value {value}, which is no"
                " 32-bit integer."
            )
