"""What a worker posted, checked against the questions.

Patterns are checked by the worker's browser alone, as at MTurk: they are JavaScript's,
and a stranger's pattern could keep the server busy for ever. Requesters check answers
again in any case: MTurk never guaranteed them (AWS, QuestionFormAnswers).
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from marketplace.answers import Answer
from marketplace.errors import WorkerRefusalError
from marketplace.forms.records import FreeText, Question, QuestionForm, Selection

Posted = Mapping[str, Sequence[str]]
"""The fields of a form, as QueryDict.lists() has them."""

OTHER = "other"
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})", re.ASCII)


class FaultyAnswersError(WorkerRefusalError):
    """Answers that a form does not take: invalid, or empty when there are none.

    `faults` has a sentence for each question that is at fault, by its identifier.
    """

    def __init__(self, reason: str, sentence: str, faults: Mapping[str, str]) -> None:
        super().__init__(reason, sentence)
        self.faults = faults


def field_name(number: int, part: str = "") -> str:
    """The name of a question's field; `number` counts questions from 0.

    Identifiers are not used as names: they may be anything.
    """
    return f"answer-{number}-{part}" if part else f"answer-{number}"


def display_name(question: Question, number: int) -> str:
    """What a question is called where it must be named."""
    return question.name or f"Question {number + 1}"


def read_answers(form: QuestionForm, posted: Posted) -> tuple[Answer, ...]:
    """An answer to each question, in their order; unanswered ones are empty.

    Raises FaultyAnswersError (a WorkerRefusalError): `invalid` with all faults, the
    first one in its sentence, or `empty` when nothing was answered.
    """
    answers, faults = [], {}
    for number, question in enumerate(form.questions):
        answer = _posted_answer(question, number, posted)
        fault = _fault(question, answer)
        if fault:
            faults[question.identifier] = f"{display_name(question, number)}: {fault}"
        answers.append(answer)
    if faults:
        first = next(iter(faults.values()))
        more = (
            f" ({len(faults)} questions are to be mended.)" if len(faults) > 1 else ""
        )
        raise FaultyAnswersError("invalid", first + more, faults)
    if not any(map(_says, form.questions, answers)):
        raise FaultyAnswersError("empty", "Nothing was answered.", {})
    return tuple(answers)


def _posted_answer(question: Question, number: int, posted: Posted) -> Answer:
    values = posted.get(field_name(number), ())
    if isinstance(question.answer, FreeText):
        return Answer(question.identifier, free_text=_line_feeds(values))
    choices = question.answer.choices
    selections = tuple(
        choice.identifier for at, choice in enumerate(choices) if str(at) in values
    )
    other = None
    if question.answer.other is not None:
        typed = _line_feeds(posted.get(field_name(number, OTHER), ()))
        # who writes something there means it, whether the mark is set or not
        other = typed if typed.strip() or OTHER in values else None
    return Answer(question.identifier, selections=selections, other=other)


def _line_feeds(values: Sequence[str]) -> str:
    # browsers send line ends as two characters and count them as one
    return values[-1].replace("\r\n", "\n") if values else ""


def _says(question: Question, answer: Answer) -> bool:
    if answer.free_text is not None:
        return bool(answer.free_text)
    none_will_do = isinstance(question.answer, Selection) and question.answer.least == 0
    return bool(answer.selections) or answer.other is not None or none_will_do


def _fault(question: Question, answer: Answer) -> str:
    if isinstance(question.answer, FreeText):
        return _text_fault(
            question.answer, answer.free_text or "", required=question.required
        )
    return _selection_fault(question, question.answer, answer)


def _selection_fault(question: Question, asked: Selection, answer: Answer) -> str:
    least = asked.least if asked.least is not None else int(question.required)
    chosen = len(answer.selections) + (answer.other is not None)
    if chosen < least:
        return f"choose at least {least}." if asked.most > 1 else "choose one."
    if chosen > asked.most:
        return f"choose no more than {asked.most}."
    if asked.other is not None and answer.other is not None:
        return _text_fault(asked.other, answer.other, required=True)
    return ""


def _text_fault(asked: FreeText, text: str, *, required: bool) -> str:
    if not text:
        # a least length asks for an answer (AWS, QuestionForm, Constraints)
        return "an answer is needed." if required or asked.min_length else ""
    if asked.min_length is not None and len(text) < asked.min_length:
        return f"write at least {asked.min_length} characters."
    if asked.max_length is not None and len(text) > asked.max_length:
        return f"write no more than {asked.max_length} characters."
    return _number_fault(asked, text.strip()) if asked.numeric else ""


def _number_fault(asked: FreeText, text: str) -> str:
    if not _NUMBER.fullmatch(text):
        return "write a number, such as 3 or 2.5."
    value = Decimal(text)
    if asked.least is not None and value < asked.least:
        return f"write a number of at least {asked.least}."
    if asked.most is not None and value > asked.most:
        return f"write a number of no more than {asked.most}."
    return ""
