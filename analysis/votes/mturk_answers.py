"""What the answers of an MTurk batch file say: judged real, judged fake, or nothing."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from analysis.votes.frame import VotesError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from analysis.votes.mturk_columns import Layout

    Row = tuple[int, list[str]]

WORDS: Mapping[str, int] = {
    **dict.fromkeys(("real", "1", "yes", "true"), 1),
    **dict.fromkeys(("fake", "0", "no", "false"), 0),
}
CHOSEN = frozenset({"true", "1", "yes", "on"})
UNCHOSEN = frozenset({"false", "0", "no", "off", ""})
TASK_ANSWERS = "Answer.taskAnswers"
SHOWN_ANSWERS = 8


class UnclearError(ValueError):
    """An answer that says two things, or none; the message says which."""


def answer_columns(
    header: list[str], rows: list[Row], fault: Callable[[int, str], None]
) -> list[Row]:
    """Return the rows with the fields of ``Answer.taskAnswers`` as further columns.

    The header grows by them. What is not JSON is told to `fault` with its line.
    """
    if TASK_ANSWERS not in header:
        return rows
    at = header.index(TASK_ANSWERS)
    read: list[tuple[Row, dict[str, str]]] = []
    for line, values in rows:
        try:
            fields = dict(_fields(json.loads(values[at] or "{}"), "Answer"))
        except (json.JSONDecodeError, RecursionError):
            fault(line, f"{TASK_ANSWERS} is not JSON: export the batch again")
            continue
        read.append(((line, values), fields))
    known = set(header)
    new = list(dict.fromkeys(name for _, fields in read for name in fields))
    new = [name for name in new if name not in known]
    header += new
    return [
        (line, [*values, *(fields.get(name, "") for name in new)])
        for (line, values), fields in read
    ]


def _fields(value: object, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _fields(inner, f"{name}.{str(key).strip()}")
    elif isinstance(value, list):
        # a form is a list of one; several lists of fields are read as one
        for inner in value:
            yield from _fields(inner, name)
    elif isinstance(value, bool):
        yield name, str(value).lower()
    elif value is not None:
        yield name, str(value).strip()


def find_meaning(
    source: str,
    header: Sequence[str],
    layout: Layout,
    rows: Sequence[Row],
    *,
    real: str,
) -> Mapping[str, int]:
    """Return for each answer, in lower case, whether it says judged real (1) or not.

    With `real`, that answer is 1 and the other one 0. Raises VotesError for answers
    that are not understood, and for `real` where nobody gave it or more than one
    answer is left.
    """
    given: Counter[str] = Counter()
    for pairs in layout.answers.values():
        for value, index in pairs:
            given.update([value] if value else (values[index] for _, values in rows))
    del given[""]
    answers = Counter[str]()
    for answer, number in given.items():
        answers[answer.casefold()] += number
    columns = ", ".join(
        header[index] for pairs in layout.answers.values() for _, index in pairs
    )[:200]
    shown = ", ".join(repr(answer) for answer, _ in given.most_common(SHOWN_ANSWERS))
    if not real:
        if strange := [answer for answer in answers if answer not in WORDS]:
            message = (
                f"{columns}: the answers are {shown}; {strange[0]!r} is neither "
                "real, 1, yes, true nor fake, 0, no, false: say which answer means "
                "judged real by --real VALUE"
            )
            raise VotesError(source, [message])
        return WORDS
    chosen = real.strip().casefold()
    others = [answer for answer in answers if answer != chosen]
    if answers and (chosen not in answers or len(others) > 1):
        message = (
            f"{columns}: the answers are {shown}; --real {real!r} needs to be one of "
            "two answers"
        )
        raise VotesError(source, [message])
    return {chosen: 1, **dict.fromkeys(others, 0)}


def judge(
    values: Sequence[str],
    pairs: Sequence[tuple[str, int]],
    meaning: Mapping[str, int],
) -> int | None:
    """Return 1 (judged real), 0 (judged fake) or None (unanswered) for one item.

    `pairs` are of `Layout.answers`. Raises UnclearError where both values are chosen,
    or a radio button's cell says neither true nor false.
    """
    if pairs[0][0] == "":
        answer = values[pairs[0][1]].casefold()
        return meaning[answer] if answer else None
    chosen = [value for value, index in pairs if _chosen(value, values[index])]
    if len(chosen) > 1:
        message = f"{' and '.join(map(repr, chosen))} are both chosen"
        raise UnclearError(message)
    if chosen:
        return meaning[chosen[0].casefold()]
    if len(pairs) == 1 and values[pairs[0][1]]:
        return 1 - meaning[pairs[0][0].casefold()]
    return None


def _chosen(value: str, cell: str) -> bool:
    said = cell.casefold()
    if said not in CHOSEN | UNCHOSEN:
        message = f"the button {value!r} says {cell!r}: true or false is needed"
        raise UnclearError(message)
    return said in CHOSEN
