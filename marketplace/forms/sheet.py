"""A form as a page shows it: each question with its control, value and fault."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from marketplace.forms.answering import OTHER, Posted, display_name, field_name
from marketplace.forms.records import (
    Block,
    Choice,
    FreeText,
    Overview,
    Question,
    QuestionForm,
    Selection,
    Text,
)

_LISTS = frozenset({"dropdown", "combobox", "list"})
_ROWS_OF_LIST = 8


@dataclass(frozen=True, slots=True)
class TextField:
    """A text field; `patterns` is JSON for the browser, empty when there are none."""

    name: str
    value: str
    lines: int
    numeric: bool
    required: bool
    min_length: int | None
    max_length: int | None
    patterns: str
    hint: str


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; `value` is what is posted."""

    value: str
    label: Block
    chosen: bool


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """A multiple choice: `control` is radio, checkbox or select."""

    name: str
    control: str
    rows: int
    required: bool
    options: tuple[Option, ...]
    other: TextField | None
    other_chosen: bool
    hint: str


@dataclass(frozen=True, slots=True)
class Instructions:
    """An Overview."""

    kind: ClassVar[str] = "overview"
    content: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question; `id` begins the ids of its elements."""

    kind: ClassVar[str] = "question"
    id: str
    name: str
    required: bool
    content: tuple[Block, ...]
    text: TextField | None
    choice: ChoiceField | None
    fault: str


def lay_out(
    form: QuestionForm,
    posted: Posted | None = None,
    faults: Mapping[str, str] | None = None,
) -> tuple[Instructions | Sheet, ...]:
    """What the template marketplace/question_form.html takes as `sheets`.

    `posted` is what the worker gave so far, None for a fresh form; `faults` are those
    of a FaultyAnswersError.
    """
    numbers = {question.identifier: at for at, question in enumerate(form.questions)}
    return tuple(
        Instructions(part.content)
        if isinstance(part, Overview)
        else _sheet(
            part,
            numbers[part.identifier],
            posted,
            (faults or {}).get(part.identifier, ""),
        )
        for part in form.parts
    )


def _sheet(question: Question, number: int, posted: Posted | None, fault: str) -> Sheet:
    asked = question.answer
    name = field_name(number)
    text = choice = None
    if isinstance(asked, FreeText):
        text = _text_field(asked, name, posted, required=question.required)
    else:
        choice = _choice_field(question, asked, number, posted)
    return Sheet(
        id=name,
        name=display_name(question, number),
        required=bool((text and text.required) or (choice and choice.required)),
        content=question.content,
        text=text,
        choice=choice,
        fault=fault,
    )


def _text_field(
    asked: FreeText, name: str, posted: Posted | None, *, required: bool
) -> TextField:
    values = None if posted is None else posted.get(name, ())
    rules = [
        {"regex": p.regex, "flags": "i" if p.ignore_case else "", "error": p.error}
        for p in asked.patterns
    ]
    return TextField(
        name=name,
        value=asked.default if values is None else (values[-1] if values else ""),
        lines=asked.lines,
        numeric=asked.numeric,
        required=required or bool(asked.min_length),
        min_length=asked.min_length,
        max_length=asked.max_length,
        patterns=json.dumps(rules) if rules else "",
        hint=_text_hint(asked),
    )


def _choice_field(
    question: Question, asked: Selection, number: int, posted: Posted | None
) -> ChoiceField:
    name = field_name(number)
    values = () if posted is None else posted.get(name, ())
    least = asked.least if asked.least is not None else int(question.required)
    other = None
    if asked.other is not None:
        other = _text_field(
            asked.other, field_name(number, OTHER), posted, required=False
        )
    return ChoiceField(
        name=name,
        control=_control(asked),
        rows=min(len(asked.choices) + 1, _ROWS_OF_LIST) if asked.style == "list" else 1,
        required=least > 0,
        options=tuple(
            Option(str(at), choice.label, str(at) in values)
            for at, choice in enumerate(asked.choices)
        ),
        other=other,
        other_chosen=OTHER in values or bool(posted and other and other.value),
        hint=_count_hint(least, asked.most),
    )


def _control(asked: Selection) -> str:
    # more than one of a closed list needs a modifier key that few know: boxes instead
    if asked.most > 1:
        return "checkbox"
    return "select" if asked.style in _LISTS and _plain(asked.choices) else "radio"


def _plain(choices: tuple[Choice, ...]) -> bool:
    return all(isinstance(choice.label, Text) for choice in choices)


def _count_hint(least: int, most: int) -> str:
    if most == 1:
        return ""
    if least == most:
        return f"Choose {most}."
    return f"Choose {least} to {most}." if least else f"Choose up to {most}."


def _text_hint(asked: FreeText) -> str:
    parts = []
    if asked.numeric:
        parts.append(f"A number{_between(asked.least, asked.most, '')}.")
    if asked.min_length or asked.max_length is not None:
        span = _between(asked.min_length or None, asked.max_length, " characters")
        parts.append(f"Length{span}.")
    return " ".join(parts)


def _between(least: int | None, most: int | None, unit: str) -> str:
    if least is not None and most is not None:
        return f": {least} to {most}{unit}" if least != most else f": {least}{unit}"
    if least is not None:
        return f": at least {least}{unit}"
    return f": at most {most}{unit}" if most is not None else ""
