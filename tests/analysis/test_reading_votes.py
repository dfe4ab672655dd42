from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from analysis.votes import COLUMNS, VotesError, read_votes

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "item_id,category,method,source_video,worker_id,vote"


def written(folder: Path, text: str | bytes, name: str = "votes.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def faults(path: Path) -> str:
    with pytest.raises(VotesError) as caught:
        read_votes(path)
    return str(caught.value)


def test_columns_in_any_order_and_further_columns_are_kept(tmp_path: Path) -> None:
    text = "vote,note,worker_id,source_video,method,category,item_id\n1,,w,v,Real,Dog,i"
    frame = read_votes(written(tmp_path, text))
    assert tuple(frame.columns) == (*COLUMNS, "note")
    assert frame.iloc[0].tolist() == ["i", "Dog", "Real", "v", "w", 1, ""]


def test_windows_line_ends_a_byte_order_mark_and_spaces_do_no_harm(
    tmp_path: Path,
) -> None:
    text = "\ufeff" + HEADER + "\r\n i1 ,Dog ,Real,v1,w1, 1 \r\n\r\ni2,Dog,Flow,v1,w1,0"
    frame = read_votes(written(tmp_path, text))
    assert frame["category"].tolist() == ["Dog", "Dog"]
    assert frame["vote"].tolist() == [1, 0]


def test_names_in_any_script_come_back_as_given(tmp_path: Path) -> None:
    text = f'{HEADER}\ni1,雨の音,Система,v1,ünï,1\ni2,"Dog, big",Real,v2,ünï,0\n'
    path = written(tmp_path, gzip.compress(text.encode()), "votes.csv.gz")
    frame = read_votes(path)
    assert frame["category"].tolist() == ["雨の音", "Dog, big"]
    assert frame["method"].tolist() == ["Система", "Real"]


def test_a_gzipped_file_is_known_by_its_content(tmp_path: Path) -> None:
    packed = gzip.compress(f"{HEADER}\ni,Dog,Real,v,w,1\n".encode())
    assert len(read_votes(written(tmp_path, packed, "votes.csv"))) == 1


def test_a_header_alone_is_a_study_without_votes(tmp_path: Path) -> None:
    assert read_votes(written(tmp_path, HEADER)).empty


def test_every_fault_is_told_at_once_with_its_line_and_value(tmp_path: Path) -> None:
    text = "\n".join(
        [
            HEADER,
            "i1,Dog,Flow,v1,w1,1",
            "i2,Dog,Flow,v2,w1,maybe",
            "i3,,Flow,v3,w1,0",
            "i1,Cat,Flow,v1,w2,0",
            "i1,Dog,Seq,v9,w3,0",
            "i1,Dog,Flow,v1,w1,0",
            "i4,Dog,Flow",
            'i5,Dog,"two\nlines",v5,w1,0',
            "i6,Dog,Flow,v6, ,2",
        ]
    )
    path = written(tmp_path, text)
    message = faults(path).splitlines()
    assert message[0] == f"{path}: 9 faults in the votes"
    starts = [
        "line 3: vote is 'maybe': write 1 (judged real) or 0 (judged fake)",
        "line 4: category is empty",
        "line 5: item_id 'i1' has category 'Cat', but 'Dog' before",
        "line 6: item_id 'i1' has method 'Seq', but 'Flow' before",
        "line 6: item_id 'i1' has source_video 'v9', but 'v1' before",
        "line 7: rater 'w1' has judged item_id 'i1' before",
        "line 8: 3 values where the header has 6 columns",
        "line 11: worker_id is empty",
        "line 11: vote is '2'",
    ]
    for line, start in zip(message[1:], starts, strict=True):
        assert line.strip().startswith(start)


def test_twenty_faults_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    rows = "".join(f"i{n},Dog,Flow,v{n},w,yes\n" for n in range(25))
    message = faults(written(tmp_path, f"{HEADER}\n{rows}")).splitlines()
    assert len(message) == 22
    assert message[-1].strip() == "and 5 more"


def test_two_spellings_that_look_alike_are_not_two_categories(tmp_path: Path) -> None:
    text = f"{HEADER}\ni1,Caf\u00e9,Flow,v1,w,1\ni2,Cafe\u0301,Flow,v2,w,1\n"
    message = faults(written(tmp_path, text))
    assert "line 3: category" in message
    assert "looks like 'Caf\\xe9' but is written 'Cafe\\u0301'" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty; needed columns: item_id"),
        (b"item_id;category;method\n", "separate the columns by commas"),
        (b"item_id,category,method,vote\n", "no column source_video, worker_id"),
        (HEADER.encode() + b",vote\n", "column vote stands twice"),
        (HEADER.encode() + b"\ni,D\xe9,Flow,v,w,1\n", "line 2: byte 0xe9 is not UTF-8"),
        (HEADER.encode() + b'\n"i"x,Dog,Flow,v,w,1\n', "line 2: is not CSV"),
        (gzip.compress(HEADER.encode(), mtime=0)[:-6], "is a damaged gzip file"),
        (HEADER.encode("utf-16"), "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_table_of_votes_says_so(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = written(tmp_path, content)
    message = faults(path)
    assert message.startswith(f"{path}: ")
    assert words in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "nowhere.csv: cannot be read" in faults(tmp_path / "nowhere.csv")
