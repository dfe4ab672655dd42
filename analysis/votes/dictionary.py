"""What the columns of exported votes and sessions mean."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.votes.words import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


@dataclass(frozen=True, slots=True)
class Entry:
    """A column: its meaning, type and allowed values, and what an empty cell means.

    ``empty`` is "" where no cell may be empty.
    """

    column: str
    meaning: str
    type: str
    allowed: str
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """An entry and the range of the values that a file really holds."""

    file: str
    entry: Entry
    held: str


RATER = Entry(
    "worker_id",
    "the rater: HMAC-SHA256 of the name under the study's secret salt, so that one "
    "person is one value within a study and cannot be found again elsewhere",
    "text",
    "32 hexadecimal digits",
)
RECRUITER = Entry(
    "recruiter",
    "who found the rater; simulated: no person judged",
    "text",
    "mturk, link, prolific, import or simulated",
)
SESSION = Entry("session_id", "the session; see the sessions' file", "whole number", "")
VOTES = (
    Entry("item_id", "one clip as it was shown: a clip under a method", "text", ""),
    Entry("category", "the kind of source, a row of the table", "text", ""),
    Entry("method", "the system that made the sound; the control is real", "text", ""),
    Entry("source_video", "the source clip, the same in all methods", "text", ""),
    RATER,
    Entry("vote", "the judgement", "whole number", "1: judged real, 0: judged fake"),
    Entry(
        "seconds",
        "time from when the clip was shown to the answer, in seconds",
        "decimal number",
        "0 or more",
        "not measured: an import, a simulated rater or a restored answer",
    ),
    RECRUITER,
    SESSION,
    Entry(
        "position",
        "place of the clip among the scored ones that its session answered, in the "
        "order they were given",
        "whole number",
        "1 or more",
        "not known: an import",
    ),
    Entry(
        "hour",
        "hour of the day in UTC when the answer came; no date and no minutes, on "
        "purpose: exact times would help to find a person in other records",
        "whole number",
        "0 to 23",
        "not known: an import or a restored answer",
    ),
    Entry(
        "used",
        "whether the vote counts, by the rules fixed before launch",
        "whole number",
        "1: counted, 0: not counted",
    ),
    Entry("excluded", "why the vote does not count", "text", "", "the vote is counted"),
)
SESSIONS = (
    Entry("session_id", "the session", "whole number", "each once"),
    RATER,
    RECRUITER,
    Entry(
        "state",
        "how far the session got",
        "text",
        "active, completed, submitted, approved, rejecting, rejected, returned or "
        "expired",
    ),
    Entry(
        "minutes",
        "time from the session's begin to its submission, in minutes",
        "decimal number",
        "more than 0",
        "not submitted, or not worked here by a person",
    ),
    Entry("submitted", "whether it was handed in", "whole number", "1 or 0"),
    Entry("paid", "whether its reward is confirmed", "whole number", "1 or 0"),
    Entry("used", "whether its votes count", "whole number", "1 or 0"),
    Entry("reason", "why its votes do not count", "text", "", "none is known"),
    Entry("catch_right", "catch items answered right", "whole number", "0 or more"),
    Entry("catch_asked", "catch items given", "whole number", "0 or more"),
    Entry("simulated", "whether no person worked", "whole number", "1 or 0"),
)
HEADER = ("file", "column", "meaning", "type", "allowed values", "empty", "held here")


def describe(
    file: str, frame: pd.DataFrame, entries: Sequence[Entry]
) -> tuple[Described, ...]:
    """Return an entry for each column of a frame, with the values it holds.

    Raises ValueError naming a column that no entry describes.
    """
    known: Mapping[str, Entry] = {entry.column: entry for entry in entries}
    if strange := [str(name) for name in frame.columns if str(name) not in known]:
        message = f"{file}: no entry describes the columns {', '.join(strange)}"
        raise ValueError(message)
    return tuple(
        Described(file, known[str(name)], _held(frame[name], known[str(name)].type))
        for name in frame.columns
    )


def _held(values: pd.Series, kind: str) -> str:
    present = values.dropna()
    if kind == "text":
        present = present[present.astype(str) != ""]
    missing = len(values) - len(present)
    empty = f", {missing:,} empty" if missing else ""
    if present.empty:
        return f"nothing{empty}"
    if kind == "text":
        return f"{counted(present.nunique(), 'different value')}{empty}"
    return f"{present.min():g} to {present.max():g}{empty}"


def dictionary_csv(described: Sequence[Described]) -> str:
    """Return the dictionary as CSV, a line per column."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows(_cells(each) for each in described)
    return text.getvalue()


def dictionary_markdown(described: Sequence[Described]) -> str:
    """Return the dictionary in Markdown, a table per file."""
    lines = ["# What the columns mean"]
    for file in dict.fromkeys(each.file for each in described):
        lines += ["", f"## {_escaped(file)}", ""]
        lines += [_line(HEADER[1:]), _line(["---"] * (len(HEADER) - 1))]
        lines += [_line(_cells(each)[1:]) for each in described if each.file == file]
    return "\n".join(lines) + "\n"


def _cells(each: Described) -> tuple[str, ...]:
    entry = each.entry
    return (
        *(each.file, entry.column, entry.meaning, entry.type, entry.allowed),
        *(entry.empty or "never", each.held),
    )


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_escaped, cells))} |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
