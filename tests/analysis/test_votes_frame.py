from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.tables import judged_real_table
from analysis.votes import VotesError, check_votes, encode_votes
from tests.analysis.frames import cell_rows, frame

VOTES = frame([*cell_rows("Dog", "Flow", [1, 2]), *cell_rows("Dog", "Real", [3, 3])])


def test_a_faultless_frame_passes_unchanged() -> None:
    assert check_votes(VOTES) is VOTES


@pytest.mark.parametrize("kind", [bool, float, str, "category", object])
def test_votes_may_be_of_any_type_that_says_0_or_1(kind: Any) -> None:
    table = judged_real_table(VOTES.assign(vote=VOTES["vote"].astype(kind)))
    assert [cell.judged_real for cell in table.average] == [3, 6]


@pytest.mark.parametrize("wrong", [2, -1, 0.5, np.nan, None, "real", ""])
def test_any_other_vote_is_refused_with_its_row(wrong: object) -> None:
    votes = VOTES["vote"].astype(object)
    votes.iloc[4] = wrong
    with pytest.raises(VotesError, match="votes: row 4: vote is"):
        encode_votes(VOTES.assign(vote=votes))


def test_ids_may_be_numbers_or_categoricals() -> None:
    plain = judged_real_table(VOTES)
    numbered = VOTES.assign(worker_id=pd.factorize(VOTES["worker_id"])[0])
    assert judged_real_table(numbered) == plain
    assert judged_real_table(VOTES.astype({"item_id": "category"})) == plain


def test_a_missing_column_is_named() -> None:
    with pytest.raises(VotesError, match="has no column worker_id"):
        judged_real_table(VOTES.drop(columns="worker_id"))


def test_a_second_vote_of_a_rater_is_a_fault_of_a_frame_but_noted_in_a_table() -> None:
    twice = pd.concat([VOTES, VOTES.iloc[:1]], ignore_index=True)
    with pytest.raises(VotesError, match="row 12: rater 'r0' has judged item_id"):
        check_votes(twice)
    assert judged_real_table(twice).notes == (
        "A rater's further votes on an item count too: 1 vote.",
    )


def test_the_control_is_found_in_any_case_and_stands_last() -> None:
    votes = VOTES.replace({"method": {"Real": "REAL"}})
    coded = encode_votes(votes, methods=["real", "Seq"])
    assert coded.methods == ("Seq", "Flow", "real")
    assert coded.control == "real"


def test_another_method_can_be_the_control() -> None:
    coded = encode_votes(VOTES, control="flow")
    assert coded.methods == ("Real", "Flow")


def test_without_an_order_names_stand_as_they_first_appear() -> None:
    rows = [*cell_rows("Rain", "Real", [1]), *cell_rows("Dog", "Seq", [1])]
    coded = encode_votes(frame(rows))
    assert coded.categories == ("Rain", "Dog")
    assert coded.methods == ("Seq", "Real")


def test_coded_votes_know_the_raters_names() -> None:
    coded = encode_votes(VOTES)
    names = [coded.worker_names[code] for code in coded.worker]
    assert names == VOTES["worker_id"].tolist()
