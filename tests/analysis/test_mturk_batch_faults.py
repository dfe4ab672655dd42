"""A batch file that cannot be read says which columns it has and what to pass."""

from pathlib import Path

import pytest

from analysis.votes import (
    BatchOptions,
    VotesError,
    parse_columns,
    read_votes_or_batch,
)
from tests.analysis.batch import assignment, batch, item
from tests.analysis.test_mturk_batches import DOG, DRUM, single, votes

STRANGE = {"clipname": "a-f", "cat": "Dog", "sys": "Flow", "url": "a"}
MAPPING = (
    "item_id=Input.clipname,category=Input.cat,method=Input.sys,"
    "source_video=Input.url,vote=Answer.Q1"
)


def strange(folder: Path, answer: str = "A") -> Path:
    own = item(**STRANGE) | {"Answer.Q1": answer}
    other = item(**STRANGE) | {"Answer.Q1": "B"}
    return batch(folder, [(assignment(1, "W1"), own), (assignment(1, "W2"), other)])


def fault_of(path: Path, options: BatchOptions | None = None) -> str:
    with pytest.raises(VotesError) as caught:
        read_votes_or_batch(path, options)
    return str(caught.value)


def test_names_that_differ_are_given_as_a_mapping(tmp_path: Path) -> None:
    options = BatchOptions(parse_columns(MAPPING), real="a")
    read = read_votes_or_batch(strange(tmp_path), options)
    assert votes(read) == [("a-f", "W1", 1), ("a-f", "W2", 0)]
    assert "vote=Answer.Q1" in read.notes[0]


def test_unknown_names_are_told_with_the_columns_of_the_file(tmp_path: Path) -> None:
    fault = fault_of(strange(tmp_path))
    assert "no column holds item_id, category, method, source_video, vote" in fault
    assert "Input.clipname, Input.cat, Input.sys, Input.url, Answer.Q1" in fault
    assert "--columns" in fault


def test_a_mapping_to_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    columns = parse_columns(MAPPING) | {"category": "Input.kind"}
    fault = fault_of(strange(tmp_path), BatchOptions(columns, real="A"))
    assert "category: there is no column 'Input.kind'" in fault


def test_answers_that_are_not_understood_ask_for_the_one_that_is_real(
    tmp_path: Path,
) -> None:
    fault = fault_of(strange(tmp_path), BatchOptions(parse_columns(MAPPING)))
    assert "Answer.Q1: the answers are 'A', 'B'" in fault
    assert "--real VALUE" in fault


def test_three_answers_are_no_vote(tmp_path: Path) -> None:
    own = [("W1", "A"), ("W2", "B"), ("W3", "C")]
    rows = [
        (assignment(1, worker), item(**STRANGE) | {"Answer.Q1": answer})
        for worker, answer in own
    ]
    options = BatchOptions(parse_columns(MAPPING), real="A")
    fault = fault_of(batch(tmp_path, rows), options)
    assert "one of two answers" in fault


def test_the_question_may_be_whether_it_is_fake(tmp_path: Path) -> None:
    path = single(tmp_path, vote="no")
    assert votes(read_votes_or_batch(path, BatchOptions(real="no"))) == [
        ("a-f", "W1", 1)
    ]


def test_two_columns_that_may_be_the_vote_are_told(tmp_path: Path) -> None:
    fault = fault_of(single(tmp_path, vote="real", choice="fake"))
    assert "vote and choice may both be the vote" in fault


def test_both_buttons_chosen_is_a_fault_with_its_line(tmp_path: Path) -> None:
    path = single(tmp_path, **{"vote.real": "true", "vote.fake": "true"})
    assert "line 2: item 'a-f': 'real' and 'fake' are both chosen" in fault_of(path)


def test_a_button_that_says_neither_is_a_fault(tmp_path: Path) -> None:
    path = single(tmp_path, **{"vote.real": "maybe", "vote.fake": "false"})
    assert "the button 'real' says 'maybe'" in fault_of(path)


def test_numbered_items_need_numbered_votes(tmp_path: Path) -> None:
    own = item("_1", **DOG) | item("_2", **DRUM) | {"Answer.vote": "real"}
    fault = fault_of(batch(tmp_path, [(assignment(1, "W1"), own)]))
    assert "numbered, but there is one vote per HIT" in fault


def test_a_number_may_stand_in_the_middle(tmp_path: Path) -> None:
    own = {"Input.item_1_cat": "Dog", "Input.item_2_cat": "Drum"}
    own |= {"Input.item_1_sys": "Flow", "Input.item_2_sys": "Real"}
    own |= {"Input.item_1_url": "a", "Input.item_2_url": "b"}
    own |= {"Answer.q1.real": "true", "Answer.q1.fake": "false"}
    own |= {"Answer.q2.real": "false", "Answer.q2.fake": "true"}
    columns = parse_columns(
        "category=Input.item_#_cat, method=Input.item_#_sys,"
        "source_video=Input.item_#_url, vote=Answer.q#"
    )
    path = batch(tmp_path, [(assignment(1, "W1"), own)])
    read = read_votes_or_batch(path, BatchOptions(columns))
    assert votes(read) == [("a/Flow", "W1", 1), ("b/Real", "W1", 0)]


def test_a_part_of_an_item_that_is_empty_is_a_fault(tmp_path: Path) -> None:
    own = item(**DOG | {"category": ""}) | {"Answer.vote": "real"}
    path = batch(tmp_path, [(assignment(1, "W1"), own)])
    assert "line 2: category is empty" in fault_of(path)


def test_an_unknown_status_and_time_are_faults(tmp_path: Path) -> None:
    own = item(**DOG) | {"Answer.vote": "real"}
    rows = [
        (assignment(1, "W1", status="Returned"), own),
        (assignment(1, "W2", seconds="soon"), own),
    ]
    fault = fault_of(batch(tmp_path, rows))
    assert "line 2: AssignmentStatus is 'Returned'" in fault
    assert "line 3: WorkTimeInSeconds is 'soon'" in fault


def test_judging_an_item_twice_is_a_fault(tmp_path: Path) -> None:
    own = item(**DOG) | {"Answer.vote": "real"}
    rows = [(assignment(1, "W1"), own), (assignment(2, "W1"), own)]
    assert "rater 'W1' has judged item_id 'a-f' before" in fault_of(
        batch(tmp_path, rows)
    )


def test_answers_that_are_not_json_are_a_fault(tmp_path: Path) -> None:
    own = item(**DOG) | {"Answer.taskAnswers": "[{", "Answer.vote": "real"}
    path = batch(tmp_path, [(assignment(1, "W1"), own)])
    assert "line 2: Answer.taskAnswers is not JSON" in fault_of(path)


def test_options_for_batches_do_not_apply_to_votes(tmp_path: Path) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("item_id,category,method,source_video,worker_id,vote\n")
    fault = fault_of(path, BatchOptions(real="A"))
    assert "is no results file of an MTurk batch" in fault


@pytest.mark.parametrize("text", ["category", "category=", "kind=Input.x"])
def test_a_mapping_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"NAME=COLUMN|no part of a vote"):
        parse_columns(text)
