"""Where the votes stand among the columns of an MTurk batch file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.votes.frame import VotesError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ALL = -1
"""In place of a number: the column holds for every item of the assignment."""

INPUTS: Mapping[str, tuple[str, ...]] = {
    "item_id": ("item_id", "item"),
    "category": ("category",),
    "method": ("method", "system", "model"),
    "source_video": ("source_video", "video", "source", "clip"),
}
ANSWERS = (
    *("vote", "real", "is_real", "judged_real", "real_or_fake", "choice"),
    *("answer", "judgement", "judgment", "response"),
)
NAMES = (*INPUTS, "worker_id", "vote")
SHOWN_COLUMNS = 40

# a number from 0 on -> the index of its column
Places = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a batch file that hold the votes, by the number of the item.

    ``inputs``: for each name the column of each number, or of ALL. ``answers``: for
    each number (ALL where a HIT has one item) pairs of a value and its column; where
    the value is empty the cell holds the answer, else it says whether that value was
    chosen. ``worker``: the column of the rater.
    """

    inputs: Mapping[str, Places]
    answers: Mapping[int, tuple[tuple[str, int], ...]]
    worker: int

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return the numbers of the items of an assignment, in order."""
        return tuple(sorted(self.answers))

    def columns(self, header: Sequence[str]) -> str:
        """Say which columns are read, in one line."""
        places = {name: sorted(set(at.values())) for name, at in self.inputs.items()}
        places["vote"] = [index for _, pairs in self._answers() for _, index in pairs]
        said = []
        for name, indices in places.items():
            first, last = header[indices[0]], header[indices[-1]]
            said.append(f"{name}={first}" + (f" to {last}" if first != last else ""))
        return ", ".join(said)

    def _answers(self) -> list[tuple[int, tuple[tuple[str, int], ...]]]:
        return sorted(self.answers.items())


def parse_columns(text: str) -> dict[str, str]:
    """Return the mapping written as 'item_id=Input.clip,vote=Answer.choice'.

    Raises ValueError for a part that is no NAME=COLUMN and for a name that no vote
    has.
    """
    columns: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, column = (piece.strip() for piece in part.partition("="))
        if not equals or not column:
            message = f"{part!r} is not NAME=COLUMN, as in category=Input.cat"
            raise ValueError(message)
        if name not in NAMES:
            message = f"{name!r} is no part of a vote: choose from {', '.join(NAMES)}"
            raise ValueError(message)
        columns[name] = column
    return columns


def find_layout(
    source: str, header: Sequence[str], columns: Mapping[str, str]
) -> Layout:
    """Return where the votes stand; `columns` names the columns the file has otherwise.

    Raises VotesError naming the file's columns and what to pass.
    """
    search = _Search(source, tuple(header), columns)
    inputs = {name: search.input(name) for name in INPUTS}
    if not inputs["item_id"] and inputs["source_video"] and inputs["method"]:
        del inputs["item_id"]
    answers = search.answers()
    missing = [name for name, places in inputs.items() if not places]
    missing += [] if answers else ["vote"]
    if missing:
        search.fail(f"no column holds {', '.join(missing)}")
    numbered = {name for name, places in inputs.items() if ALL not in places}
    if ALL in answers and numbered:
        names = ", ".join(sorted(numbered))
        search.fail(f"columns of {names} are numbered, but there is one vote per HIT")
    return Layout(inputs, answers, search.worker())


@dataclass(frozen=True, slots=True)
class _Search:
    source: str
    header: tuple[str, ...]
    given: Mapping[str, str]

    def input(self, name: str) -> dict[int, int]:
        """Return the columns of one of INPUTS by number; none where it is not there."""
        if name in self.given:
            return self._given(name)
        found = {
            alias: places
            for alias in INPUTS[name]
            if (places := self._numbered(f"Input.{alias}"))
        }
        self._one(name, found)
        return next(iter(found.values()), {})

    def worker(self) -> int:
        column = self.given.get("worker_id", "WorkerId")
        if column not in self.header:
            self.fail(f"there is no column {column!r}")
        return self.header.index(column)

    def answers(self) -> dict[int, tuple[tuple[str, int], ...]]:
        """Return the columns of the votes by number."""
        if "vote" in self.given:
            given = self._choices(self.given["vote"])
            if not given:
                self.fail(f"vote: there is no column {self.given['vote']!r}")
            return given
        found = {
            alias: places
            for alias in ANSWERS
            if (places := self._choices(f"Answer.{alias}"))
        }
        self._one("vote", found)
        return next(iter(found.values()), {})

    def fail(self, words: str) -> None:
        shown = [
            name for name in self.header if name.startswith(("Input.", "Answer."))
        ] or list(self.header)
        more = len(shown) - SHOWN_COLUMNS
        listed = ", ".join(shown[:SHOWN_COLUMNS])
        listed += f" and {more} more" if more > 0 else ""
        message = (
            f"line 1: {words}; the file has {listed}. Name the columns by --columns "
            "'item_id=Input.X,category=Input.X,method=Input.X,source_video=Input.X,"
            "vote=Answer.X' (# stands for an item's number; item_id may be left out "
            "where source_video and method tell the items apart)"
        )
        raise VotesError(self.source, [message])

    def _given(self, name: str) -> dict[int, int]:
        places = self._numbered(self.given[name])
        if not places:
            self.fail(f"{name}: there is no column {self.given[name]!r}")
        return places

    def _one(self, name: str, found: Mapping[str, object]) -> None:
        if len(found) > 1:
            self.fail(f"{' and '.join(found)} may both be the {name}")

    def _numbered(self, column: str) -> dict[int, int]:
        if column in self.header:
            return {ALL: self.header.index(column)}
        matches = {
            _number(match): index for match, index in self._matches(_pattern(column))
        }
        return {ALL: matches[ALL]} if ALL in matches else matches

    def _choices(self, column: str) -> dict[int, tuple[tuple[str, int], ...]]:
        if column in self.header:
            return {ALL: (("", self.header.index(column)),)}
        found: dict[int, dict[str, int]] = {}
        for match, index in self._matches(_pattern(column) + r"(?:\.(?P<value>.+))?"):
            value = match["value"] or ""
            # a classifier's choice stands in full under this name
            value = "" if value.casefold() == "label" else value
            found.setdefault(_number(match), {})[value] = index
        if any("" in values and len(values) > 1 for values in found.values()):
            self.fail(f"{column} holds answers in two ways")
        if ALL in found:
            found = {ALL: found[ALL]}
        return {number: tuple(values.items()) for number, values in found.items()}

    def _matches(self, pattern: str) -> Iterator[tuple[re.Match[str], int]]:
        for index, name in enumerate(self.header):
            match = re.fullmatch(pattern, name, re.IGNORECASE)
            if match:
                yield match, index


def _pattern(column: str) -> str:
    """Return what a column's names look like: '_' may be missing, a number may follow.

    The number stands where # is, or else at the end.
    """
    if "#" not in column:
        column += "#"
        number = r"(?:[_-]?(?P<number>\d{1,6}))?"
    else:
        number = r"(?P<number>\d{1,6})"
    before, after = (re.escape(part) for part in column.split("#", 1))
    loose = (part.replace("_", "[_-]?") for part in (before, after))
    return number.join(loose)


def _number(match: re.Match[str]) -> int:
    return ALL if match["number"] is None else int(match["number"])
