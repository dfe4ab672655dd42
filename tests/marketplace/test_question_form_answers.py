"""What a worker posts to a QuestionForm, checked against its questions."""

import pytest

from marketplace.answers import Answer, to_document
from marketplace.forms import FaultyAnswersError, read_answers
from tests.marketplace.forms import POSTED, read, selection, with_answer

OTHER = "<OtherSelection/>"


def faults(answer: str, posted: dict[str, list[str]], *, required: bool = True) -> str:
    """The fault of question q, or nothing."""
    form = read(with_answer(answer, required=required))
    try:
        read_answers(form, posted)
    except FaultyAnswersError as refused:
        return refused.faults.get("q", refused.sentence)
    return ""


def limits(most: int, least: int | None = None) -> str:
    low = "" if least is None else f"<MinSelectionCount>{least}</MinSelectionCount>"
    return f"{low}<MaxSelectionCount>{most}</MaxSelectionCount>"


def test_each_question_gets_its_answer() -> None:
    answers = read_answers(read(), POSTED)
    assert answers == (
        Answer("nextmove", free_text="B2"),
        Answer("likelytowin", selections=("yes",)),
        Answer("why", selections=("corner",), other="it looks nice"),
        Answer("games", free_text="12"),
    )
    assert to_document(answers).partition('.xsd">')[2] == (
        "<Answer><QuestionIdentifier>nextmove</QuestionIdentifier>"
        "<FreeText>B2</FreeText></Answer>"
        "<Answer><QuestionIdentifier>likelytowin</QuestionIdentifier>"
        "<SelectionIdentifier>yes</SelectionIdentifier></Answer>"
        "<Answer><QuestionIdentifier>why</QuestionIdentifier>"
        "<SelectionIdentifier>corner</SelectionIdentifier>"
        "<OtherSelectionText>it looks nice</OtherSelectionText></Answer>"
        "<Answer><QuestionIdentifier>games</QuestionIdentifier>"
        "<FreeText>12</FreeText></Answer></QuestionFormAnswers>"
    )


def test_what_need_not_be_answered_may_stay_open() -> None:
    answers = read_answers(read(), {"answer-0": ["A1"], "answer-1": ["0"]})
    assert answers[2:] == (Answer("why"), Answer("games", free_text=""))


def test_every_fault_is_told_and_names_its_question() -> None:
    with pytest.raises(FaultyAnswersError) as caught:
        read_answers(read(), {"answer-0": ["ABC"], "answer-3": ["a few"]})
    assert caught.value.reason == "invalid"
    assert list(caught.value.faults) == ["nextmove", "likelytowin", "games"]
    assert caught.value.sentence == (
        "The Next Move: write no more than 2 characters."
        " (3 questions are to be mended.)"
    )
    assert caught.value.faults["likelytowin"] == "Question 2: choose one."


def test_a_form_without_any_answer_is_empty() -> None:
    form = read(with_answer("<FreeTextAnswer/>"))
    with pytest.raises(FaultyAnswersError) as caught:
        read_answers(form, {"answer-0": [""], "something": ["else"]})
    assert caught.value.reason == "empty"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("3", ""),
        (" -2.5 ", ""),
        ("9.99", ""),
        ("10.01", "no more than 10"),
        ("-6", "at least -5"),
        ("", "an answer is needed"),
        ("1e3", "write a number"),
        ("three", "write a number"),
        ("\u0663", "write a number"),
        ("nan", "write a number"),
        ("9" * 5_000, "write a number"),
    ],
)
def test_numbers_are_checked(typed: str, fault: str) -> None:
    numeric = '<IsNumeric minValue="-5" maxValue="10"/>'
    answer = f"<FreeTextAnswer><Constraints>{numeric}</Constraints></FreeTextAnswer>"
    said = faults(answer, {"answer-0": [typed]})
    assert fault in said
    assert bool(said) == bool(fault)


def test_a_least_length_asks_for_an_answer_and_counts_line_ends_once() -> None:
    length = '<Length minLength="3" maxLength="3"/>'
    answer = f"<FreeTextAnswer><Constraints>{length}</Constraints></FreeTextAnswer>"
    assert "needed" in faults(answer, {}, required=False)
    assert "at least 3" in faults(answer, {"answer-0": ["ab"]})
    assert faults(answer, {"answer-0": ["a\r\nb"]}) == ""


@pytest.mark.parametrize(
    ("before", "chosen", "fault"),
    [
        ("", ["1"], ""),
        ("", [], "choose one"),
        ("", ["0", "1"], "no more than 1"),
        ("", ["7", "-1", "a"], "choose one"),
        (limits(2), [], "at least 1"),
        (limits(2), ["0", "2"], ""),
        (limits(2), ["0", "1", "2"], "no more than 2"),
        (limits(3, 2), ["1"], "at least 2"),
        (limits(3, 0), [], ""),
    ],
)
def test_selections_are_counted(before: str, chosen: list[str], fault: str) -> None:
    said = faults(selection(before), {"answer-0": chosen})
    assert fault in said
    assert bool(said) == bool(fault)


@pytest.mark.parametrize(
    ("chosen", "typed", "fault"),
    [
        ([], "else", ""),
        (["other"], "else", ""),
        (["other"], "", "an answer is needed"),
        (["0"], "else", "no more than 1"),
        (["0"], " ", ""),
    ],
)
def test_the_other_field_counts_as_a_selection(
    chosen: list[str], typed: str, fault: str
) -> None:
    posted = {"answer-0": chosen, "answer-0-other": [typed]}
    said = faults(selection(after=OTHER), posted)
    assert fault in said
    assert bool(said) == bool(fault)


def test_a_pattern_is_never_run_by_the_server() -> None:
    # it would take the age of the universe
    pattern = '<AnswerFormatRegex regex="^(a+)+$"/>'
    answer = f"<FreeTextAnswer><Constraints>{pattern}</Constraints></FreeTextAnswer>"
    assert faults(answer, {"answer-0": ["a" * 64 + "!"]}) == ""
