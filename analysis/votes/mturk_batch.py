"""Reading the results file of an MTurk batch, as the requester site exports it.

The file has one row per assignment: HITId, AssignmentId, WorkerId, AssignmentStatus,
WorkTimeInSeconds and more of MTurk's own, `Input.*` (what the HIT showed) and
`Answer.*` (what the form sent). Accepted are

* one item per HIT: ``Input.item_id``, ``Input.category``, ``Input.method``,
  ``Input.source_video`` and ``Answer.vote``;
* several items per HIT, numbered at the end (``Input.item_id_1``, ``Input.video1``,
  ``Answer.vote_1``); an input without a number holds for all items of its HIT, and an
  item whose cells are all empty is not there;
* the names, in any case and with or without "_", ``item``; ``system``, ``model``;
  ``video``, ``source``, ``clip``; for the vote ``real``, ``is_real``,
  ``judged_real``, ``real_or_fake``, ``choice``, ``answer``, ``judgement``,
  ``response``, each also with ``.label`` (a classifier's form);
* radio buttons, a column per value: ``Answer.choice.real``, ``Answer.choice.fake``
  (or ``Answer.vote_1.real`` ...) with true or false; one column alone will do;
* ``Answer.taskAnswers`` (JSON), whose fields are read as ``Answer.*``;
* answers real or fake, 1 or 0, yes or no, true or false, in any case; others when
  told which of the two means judged real.

Without an item_id, a source video under a method is an item. Names that are none of
these are given as a mapping, where # stands for the number of an item.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis.votes.frame import COLUMNS, VotesError
from analysis.votes.mturk_answers import (
    UnclearError,
    answer_columns,
    find_meaning,
    judge,
)
from analysis.votes.mturk_columns import ALL, Layout, find_layout
from analysis.votes.reading import (
    Table,
    check_twice,
    csv_reader,
    parse_votes,
    read_text,
    table_frame,
)
from analysis.votes.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

BATCH = ("HITId", "AssignmentId", "WorkerId")
STATUSES = ("submitted", "approved", "rejected")
EXTRA = ("seconds", "session_id")


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch file is read where its names tell too little.

    ``columns``: a part of a vote -> the file's column. ``real``: the answer that
    means judged real ("": the usual words). ``keep_rejected`` keeps the votes of
    rejected assignments.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    real: str = ""
    keep_rejected: bool = False


@dataclass(frozen=True, slots=True)
class ReadVotes:
    """A votes frame and what is to be said about how it was read."""

    votes: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def facts(self) -> dict[str, str]:
        """Return the notes as a fact for the methods paragraph, options left out."""
        said = "; ".join(note.partition(" (--")[0] for note in self.notes)
        return {"source": said} if said else {}


def is_batch(header: Sequence[str]) -> bool:
    """Return whether a header is that of a batch's results."""
    return set(BATCH) <= set(header)


def read_votes_or_batch(
    path: Path | str, options: BatchOptions | None = None
) -> ReadVotes:
    """Return the votes of a votes CSV or of the results of an MTurk batch.

    Of a batch the frame has, beside the required columns, ``seconds`` (the
    assignment's work time divided by its items) and ``session_id`` (the assignment).
    Votes of rejected assignments and unanswered questions are left out and counted in
    the notes. Raises VotesError as `read_votes`, for columns that cannot be told and
    for answers that are not understood.
    """
    source, text = str(path), read_text(Path(path))
    with csv_reader(source, text) as reader:
        header = [name.strip() for name in next(reader, [])]
        if is_batch(header):
            check_twice(source, header)
            rows = [
                (reader.line_num, [value.strip() for value in row])
                for row in reader
                if row
            ]
            return _Batch(source, header, options or BatchOptions()).read(rows)
    if options is not None and options != BatchOptions():
        wanted = ", ".join(BATCH)
        message = (
            "is no results file of an MTurk batch (columns "
            f"{wanted}): --columns, --real and --keep-rejected do not apply to it"
        )
        raise VotesError(source, [message])
    return ReadVotes(parse_votes(source, text))


Row = tuple[int, list[str]]


class _Batch:
    """The reading of one file."""

    def __init__(self, source: str, header: list[str], options: BatchOptions) -> None:
        self.source = source
        self.header = header
        self.options = options
        self.table = Table(len(COLUMNS) + len(EXTRA))
        self.rejected = self.undone = self.unanswered = 0

    def read(self, rows: list[Row]) -> ReadVotes:
        rows = answer_columns(self.header, self._whole(rows), self._fault)
        layout = find_layout(self.source, self.header, self.options.columns)
        rows = [row for row in rows if self._counts(row)]
        meaning = find_meaning(
            self.source, self.header, layout, rows, real=self.options.real
        )
        for row in rows:
            self._take(row, layout, meaning)
        frame = table_frame(self.source, (*COLUMNS, *EXTRA), self.table)
        frame["seconds"] = pd.to_numeric(frame["seconds"].astype(str), errors="coerce")
        return ReadVotes(frame, self._notes(layout))

    def _fault(self, line: int, words: str) -> None:
        self.table.faults.append((line, words))

    def _whole(self, rows: list[Row]) -> list[Row]:
        """Drop the rows of a wrong length and tell of them."""
        width = len(self.header)
        for line, row in rows:
            if len(row) != width:
                self._fault(
                    line, f"{len(row)} values where the header has {width} columns"
                )
        return [row for row in rows if len(row[1]) == width]

    def _counts(self, row: Row) -> bool:
        line, values = row
        if not values[self.header.index("AssignmentId")]:
            self.undone += 1
            return False
        if "AssignmentStatus" not in self.header:
            return True
        status = values[self.header.index("AssignmentStatus")]
        if status.casefold() not in STATUSES:
            self._fault(
                line,
                f"AssignmentStatus is {status!r}: Submitted, Approved or Rejected",
            )
            return False
        if status.casefold() == "rejected" and not self.options.keep_rejected:
            self.rejected += 1
            return False
        return True

    def _take(self, row: Row, layout: Layout, meaning: Mapping[str, int]) -> None:
        line, values = row
        items = [
            item for number in layout.numbers if (item := _item(row, layout, number))
        ]
        session = values[self.header.index("AssignmentId")]
        seconds = self._seconds(row, len(items))
        for number, ids in items:
            try:
                vote = judge(values, layout.answers[number], meaning)
            except UnclearError as unclear:
                self._fault(line, f"item {ids['item_id']!r}: {unclear}")
                continue
            if vote is None:
                self.unanswered += 1
                continue
            ids |= {"worker_id": values[layout.worker], "vote": str(vote)}
            cells = [ids[name] for name in COLUMNS]
            self.table.add([*cells, seconds, session], line)

    def _seconds(self, row: Row, items: int) -> str:
        if "WorkTimeInSeconds" not in self.header or not items:
            return ""
        line, values = row
        text = values[self.header.index("WorkTimeInSeconds")]
        try:
            seconds = float(text or "nan") / items
        except ValueError:
            self._fault(line, f"WorkTimeInSeconds is {text!r}: a number is needed")
            return ""
        return "" if math.isnan(seconds) else repr(seconds)

    def _notes(self, layout: Layout) -> tuple[str, ...]:
        notes = [f"read as an MTurk batch: {layout.columns(self.header)}"]
        if "item_id" not in layout.inputs:
            notes.append("item_id made of source_video and method")
        if self.rejected:
            notes.append(
                f"{counted(self.rejected, 'rejected assignment')} left out "
                "(--keep-rejected takes them in)"
            )
        if self.unanswered:
            notes.append(f"{counted(self.unanswered, 'question')} left unanswered")
        if self.undone:
            notes.append(f"{counted(self.undone, 'row')} without an assignment")
        return tuple(notes)


def _item(row: Row, layout: Layout, number: int) -> tuple[int, dict[str, str]] | None:
    """Return an item's ids, or None where the HIT has no item of this number."""
    _, values = row
    ids: dict[str, str] = {}
    own: list[str] = [values[index] for _, index in layout.answers[number]]
    for name, places in layout.inputs.items():
        at = places.get(number, places.get(ALL))
        ids[name] = values[at] if at is not None else ""
        if ALL not in places:
            own.append(ids[name])
    if number != ALL and not any(own):
        return None
    if "item_id" not in ids:
        video, method = ids["source_video"], ids["method"]
        ids["item_id"] = f"{video}/{method}" if video and method else ""
    return number, ids
