"""Reading pairs: what a file may look like and what is said of its faults."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from analysis.pairs import PAIR_COLUMNS, encode_pairs, names_pairs, read_pairs
from analysis.votes import VotesError
from tests.analysis.pairs_frames import judged, pairs_frame

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "item_id,category,source_video,worker_id,left,right,chosen"
ROW = "i1,Dog,v1,r1,Real,Flow,left"


def write(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def faults(tmp_path: Path, *lines: str) -> str:
    with pytest.raises(VotesError) as error:
        read_pairs(write(tmp_path, *lines))
    assert str(error.value).startswith(str(tmp_path / "pairs.csv"))
    return str(error.value).removeprefix(str(tmp_path / "pairs.csv") + ": ")


@pytest.mark.parametrize(
    ("answer", "side"),
    [
        ("left", "left"),
        ("RIGHT", "right"),
        ("first", "left"),
        (" second ", "right"),
        ("Real", "left"),
        ("flow", "right"),
    ],
)
def test_an_answer_is_a_side_or_the_method_shown_there(
    tmp_path: Path, answer: str, side: str
) -> None:
    path = write(tmp_path, HEADER, f"i1,Dog,v1,r1,Real,Flow,{answer}")
    assert read_pairs(path)["chosen"].tolist() == [side]


def test_first_and_second_stand_for_left_and_right(tmp_path: Path) -> None:
    header = HEADER.replace("left", "first").replace("right", "second")
    pairs = read_pairs(write(tmp_path, header + ",seconds", ROW + ",3.5"))
    assert list(pairs.columns) == [*PAIR_COLUMNS, "seconds"]
    assert pairs["left"].tolist() == ["Real"]


def test_what_was_read_is_coded_as_the_frame_is(tmp_path: Path) -> None:
    frame = judged({"Flow": 0, "Real": 1}, videos=10)
    path = tmp_path / "pairs.csv.gz"
    path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))
    one, two = encode_pairs(read_pairs(path)), encode_pairs(frame)
    assert one.wins().tolist() == two.wins().tolist()
    assert (one.methods, one.categories, one.item_ids) == (
        two.methods,
        two.categories,
        two.item_ids,
    )


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("i1,Dog,v1,,Real,Flow,left", "line 2: worker_id is empty"),
        (
            "i1,Dog,v1,r1,Flow,Flow,left",
            "line 2: left and right are both 'Flow': a pair shows two methods",
        ),
        (
            "i1,Dog,v1,r1,Real,Flow,Seq",
            "line 2: chosen is 'Seq': write left or right, or the method chosen",
        ),
        ("i1,Dog,v1,r1,Real,Flow,", "line 2: chosen is '': write left or right"),
        ("i1,Dog,v1,r1,Real,left,left", "line 2: a method is named like a side"),
        ("i1,Dog,v1,r1,Real,Flow", "line 2: 6 values where the header has 7 columns"),
    ],
)
def test_a_fault_of_one_row_is_named(tmp_path: Path, row: str, words: str) -> None:
    assert faults(tmp_path, HEADER, row).startswith(words)


def test_items_that_contradict_themselves_are_named(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        HEADER,
        ROW,
        "i1,Drum,v1,r2,Flow,Real,left",
        "i1,Dog,v2,r3,Flow,Real,left",
        "i1,Dog,v1,r4,Flow,Seq,left",
    )
    assert "3 faults" in said
    assert "line 3: item_id 'i1' has category 'Drum', but 'Dog' before" in said
    assert "line 4: item_id 'i1' has source_video 'v2', but 'v1' before" in said
    assert "line 5: item_id 'i1' has the pair 'Flow and Seq', but" in said


def test_one_pair_may_stand_either_way_round(tmp_path: Path) -> None:
    path = write(tmp_path, HEADER, ROW, "i1,Dog,v1,r2,Flow,Real,left")
    assert encode_pairs(read_pairs(path)).wins().tolist() == [[0, 1], [1, 0]]


def test_a_second_answer_is_a_fault_unless_to_another_question(tmp_path: Path) -> None:
    assert faults(tmp_path, HEADER, ROW, ROW).startswith(
        "line 3: rater 'r1' has judged item_id 'i1' before"
    )
    asked = [f"{ROW},{question}" for question in ("real", "synchronous")]
    pairs = read_pairs(write(tmp_path, HEADER + ",question", *asked))
    assert pairs["question"].tolist() == ["real", "synchronous"]
    said = faults(tmp_path, HEADER + ",question", asked[0], asked[0])
    assert "item_id 'i1 (real)' before" in said


def test_names_that_look_alike_are_named(tmp_path: Path) -> None:
    said = faults(
        tmp_path,
        HEADER,
        "i1,Dog,v1,r1,Caf\u00e9,Flow,left",
        "i2,Dog,v2,r1,Cafe\u0301,Flow,left",
    )
    assert said.startswith("line 3: method ")
    assert "looks like" in said


def test_columns_that_are_missing_are_named(tmp_path: Path) -> None:
    said = faults(tmp_path, "item_id,category,source_video,worker_id,left,right")
    assert said.startswith("line 1: no column chosen; needed: item_id, category,")


def test_a_header_tells_pairs_from_votes() -> None:
    assert names_pairs(HEADER.split(","))
    assert names_pairs(["first", "second ", "chosen"])
    assert not names_pairs(["item_id", "category", "method", "vote"])


def test_a_frame_is_checked_as_a_file_is() -> None:
    frame = pairs_frame([("Dog", "v1", "r1", "Flow", "Flow", "left")])
    with pytest.raises(VotesError, match="row 0: left and right are both"):
        encode_pairs(frame)
    with pytest.raises(VotesError, match="has no column chosen"):
        encode_pairs(frame.drop(columns="chosen"))
    rows = [("Dog", f"v{n}", "r1", name, "Flow", "left") for n, name in enumerate("Rr")]
    twice = pairs_frame(rows).replace({"R": "Real", "r": "REAL"})
    assert encode_pairs(twice).control == "Real"
