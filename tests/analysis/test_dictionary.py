"""The dictionary of the exported columns."""

import pandas as pd
import pytest

from analysis.votes.dictionary import (
    SESSIONS,
    VOTES,
    Entry,
    describe,
    dictionary_csv,
    dictionary_markdown,
)

FRAME = pd.DataFrame(
    {
        "category": ["Dog", "Drum", "Dog"],
        "vote": [1, 0, 1],
        "seconds": [2.5, None, 4.0],
        "excluded": ["", "", "answers too quick"],
    }
)


def test_the_range_that_a_file_holds_stands_beside_what_is_allowed() -> None:
    held = {each.entry.column: each.held for each in describe("v.csv", FRAME, VOTES)}
    assert held == {
        "category": "2 different values",
        "vote": "0 to 1",
        "seconds": "2.5 to 4, 1 empty",
        "excluded": "1 different value, 2 empty",
    }


def test_an_empty_frame_holds_nothing() -> None:
    held = [each.held for each in describe("v.csv", FRAME.iloc[:0], VOTES)]
    assert set(held) == {"nothing"}


def test_a_column_that_nobody_describes_is_named() -> None:
    with pytest.raises(ValueError, match="no entry describes the columns mood"):
        describe("v.csv", FRAME.assign(mood=1), VOTES)


def test_no_column_is_described_twice() -> None:
    for entries in (VOTES, SESSIONS):
        names = [entry.column for entry in entries]
        assert len(names) == len(set(names))


def test_both_forms_have_a_line_per_column() -> None:
    bar = [Entry("category", "a | b", "text", "")]
    described = describe("v.csv", FRAME[["category"]], bar)
    assert len(dictionary_csv(described).splitlines()) == 2
    assert r"| category | a \| b | text |" in dictionary_markdown(described)
