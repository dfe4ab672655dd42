"""Results of an MTurk batch become votes."""

import json
from pathlib import Path

import pandas as pd
import pytest

from analysis.tables import judged_real_table
from analysis.votes import BatchOptions, ReadVotes, check_votes, read_votes_or_batch
from tests.analysis.batch import assignment, batch, item

DOG = {"item_id": "a-f", "category": "Dog", "method": "Flow", "source_video": "a"}
DRUM = {"item_id": "b-r", "category": "Drum", "method": "Real", "source_video": "b"}


def votes(read: ReadVotes) -> list[tuple[str, str, int]]:
    """Return (item, rater, vote) of each row."""
    frame = read.votes[["item_id", "worker_id", "vote"]].astype(
        {"item_id": str, "worker_id": str}
    )
    return [tuple(row) for row in frame.itertuples(index=False, name=None)]


def single(folder: Path, **answers: str) -> Path:
    own = {f"Answer.{name}": value for name, value in answers.items()}
    return batch(folder, [(assignment(1, "W1"), item(**DOG) | own)])


def test_one_item_per_hit_gives_a_faultless_votes_frame(tmp_path: Path) -> None:
    rows = [
        (assignment(1, "W1"), item(**DOG) | {"Answer.vote": "real"}),
        (assignment(1, "W2"), item(**DOG) | {"Answer.vote": "fake"}),
        (assignment(2, "W1"), item(**DRUM) | {"Answer.vote": "real"}),
    ]
    read = read_votes_or_batch(batch(tmp_path, rows))
    assert votes(read) == [("a-f", "W1", 1), ("a-f", "W2", 0), ("b-r", "W1", 1)]
    assert list(read.votes["seconds"]) == [30.0, 30.0, 30.0]
    assert list(read.votes["session_id"]) == ["3A0001W1", "3A0001W2", "3A0002W1"]
    table = judged_real_table(check_votes(read.votes))
    assert table.methods == ("Flow", "Real")


@pytest.mark.parametrize("suffix", ["_{}", "{}", "-{}"])
def test_items_of_a_hit_are_numbered(tmp_path: Path, suffix: str) -> None:
    one, two, ten = (suffix.format(number) for number in (1, 2, 10))
    own = item(one, **DOG) | item(two, **DRUM) | item(ten, **DRUM | {"item_id": "c-r"})
    answers = {f"Answer.vote{one}": "1", f"Answer.vote{two}": "0"}
    answers |= {f"Answer.vote{ten}": "1"}
    read = read_votes_or_batch(batch(tmp_path, [(assignment(1, "W1"), own | answers)]))
    assert votes(read) == [("a-f", "W1", 1), ("b-r", "W1", 0), ("c-r", "W1", 1)]
    # 30 seconds on three items
    assert list(read.votes["seconds"]) == [10.0, 10.0, 10.0]


def test_a_shorter_last_hit_has_fewer_items(tmp_path: Path) -> None:
    both = item("_1", **DOG) | item("_2", **DRUM)
    rows = [
        (assignment(1, "W1"), both | {"Answer.real_1": "yes", "Answer.real_2": "no"}),
        (
            assignment(2, "W1"),
            item("_1", **DOG | {"item_id": "d"}) | {"Answer.real_1": "no"},
        ),
    ]
    read = read_votes_or_batch(batch(tmp_path, rows))
    assert votes(read) == [("a-f", "W1", 1), ("b-r", "W1", 0), ("d", "W1", 0)]
    assert list(read.votes["seconds"]) == [15.0, 15.0, 30.0]


def test_an_input_without_number_holds_for_all_items(tmp_path: Path) -> None:
    own = {"Input.category": "Dog", "Input.video1": "a", "Input.video2": "b"}
    own |= {"Input.system1": "Flow", "Input.system2": "Real"}
    own |= {"Answer.choice1": "real", "Answer.choice2": "FAKE"}
    read = read_votes_or_batch(batch(tmp_path, [(assignment(1, "W1"), own)]))
    assert votes(read) == [("a/Flow", "W1", 1), ("b/Real", "W1", 0)]
    assert set(read.votes["category"]) == {"Dog"}
    assert "item_id made of source_video and method" in read.notes


@pytest.mark.parametrize(
    ("answers", "vote"),
    [
        ({"choice.real": "true", "choice.fake": "false"}, 1),
        ({"choice.real": "false", "choice.fake": "true"}, 0),
        ({"choice.real": "false"}, 0),
        ({"choice.fake": "false"}, 1),
        ({"real.true": "true", "real.false": "false"}, 1),
        ({"real.1": "FALSE", "real.0": "TRUE"}, 0),
        ({"real.yes": "on", "real.no": ""}, 1),
        ({"vote.label": "Fake"}, 0),
    ],
)
def test_radio_buttons_are_a_column_per_value(
    tmp_path: Path, answers: dict[str, str], vote: int
) -> None:
    assert votes(read_votes_or_batch(single(tmp_path, **answers))) == [
        ("a-f", "W1", vote)
    ]


def test_task_answers_in_json_are_read_as_columns(tmp_path: Path) -> None:
    said = [{"vote_1": {"real": True, "fake": False}, "vote_2": {"real": False}}]
    own = item("_1", **DOG) | item("_2", **DRUM)
    rows = [(assignment(1, "W1"), own | {"Answer.taskAnswers": json.dumps(said)})]
    assert votes(read_votes_or_batch(batch(tmp_path, rows))) == [
        ("a-f", "W1", 1),
        ("b-r", "W1", 0),
    ]


def test_rejected_work_is_left_out_and_counted(tmp_path: Path) -> None:
    rows = [
        (assignment(1, f"W{n}", status=status), item(**DOG) | {"Answer.vote": "real"})
        for n, status in enumerate(["Approved", "Submitted", "Rejected", "Rejected"])
    ]
    path = batch(tmp_path, rows)
    read = read_votes_or_batch(path)
    assert [row[1] for row in votes(read)] == ["W0", "W1"]
    assert any("2 rejected assignments left out" in note for note in read.notes)
    assert "; 2 rejected assignments left out" in read.facts["source"]
    assert "--keep-rejected" not in read.facts["source"]
    kept = read_votes_or_batch(path, BatchOptions(keep_rejected=True))
    assert len(kept.votes) == 4
    assert not any("rejected" in note for note in kept.notes)


def test_unanswered_questions_are_counted(tmp_path: Path) -> None:
    own = item("_1", **DOG) | item("_2", **DRUM)
    own |= {"Answer.vote_1": "real", "Answer.vote_2": ""}
    read = read_votes_or_batch(batch(tmp_path, [(assignment(1, "W1"), own)]))
    assert votes(read) == [("a-f", "W1", 1)]
    assert "1 question left unanswered" in read.notes
    # the rater met both
    assert list(read.votes["seconds"]) == [15.0]


def test_hits_that_nobody_did_are_counted(tmp_path: Path) -> None:
    nobody = assignment(2, "") | {"AssignmentId": "", "AssignmentStatus": ""}
    rows = [
        (assignment(1, "W1"), item(**DOG) | {"Answer.vote": "real"}),
        (nobody, item(**DRUM)),
    ]
    read = read_votes_or_batch(batch(tmp_path, rows))
    assert len(read.votes) == 1
    assert "1 row without an assignment" in read.notes


def test_excel_changes_nothing(tmp_path: Path) -> None:
    rows = [
        (
            assignment(1, "W1"),
            item(**DOG | {"category": 'Dög, "loud"'}) | {"Answer.vote": "real"},
        )
    ]
    plain = read_votes_or_batch(batch(tmp_path, rows))
    excel = read_votes_or_batch(
        batch(tmp_path, rows, encoding="utf-8-sig", ending="\r\n")
    )
    pd.testing.assert_frame_equal(plain.votes, excel.votes)
    assert list(excel.votes["category"]) == ['Dög, "loud"']


def test_a_batch_without_assignments_has_no_votes(tmp_path: Path) -> None:
    rejected = assignment(1, "W1", status="Rejected")
    path = batch(tmp_path, [(rejected, item(**DOG) | {"Answer.vote": "real"})])
    assert read_votes_or_batch(path).votes.empty


def test_any_other_file_is_read_as_votes(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text(
        "item_id,category,method,source_video,worker_id,vote\na,D,Flow,v,w,1\n"
    )
    assert votes(read_votes_or_batch(path)) == [("a", "w", 1)]
    assert read_votes_or_batch(path).notes == ()
