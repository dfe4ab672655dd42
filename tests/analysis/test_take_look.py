"""A look uses the clips of its own and earlier stages, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from analysis.intervals import average_difference
from analysis.sequential import (
    group_bounds,
    sequential_summary,
    sign_sequence,
    stages,
    take_look,
)
from analysis.study import SequentialPlan
from analysis.votes import encode_votes
from tests.analysis.frames import Row, cell_rows, frame, spread

if TYPE_CHECKING:
    import pandas as pd

FRAME, FLOW = 0.5, 0.8
PLAN = SequentialPlan("obrien-fleming", 3, "Flow", "Frame")


def study(*, clips: int = 90, flow: float = FLOW, seed: int = 2) -> pd.DataFrame:
    """Return votes of forty raters on two methods of each clip, three on either."""
    rng = np.random.default_rng(seed)
    lenient = rng.normal(0, 0.1, 40)
    rows: list[Row] = []
    for clip in range(clips):
        raters = rng.permutation(40)[:6]
        for seat, rater in enumerate(raters):
            method, rate = (("Frame", FRAME), ("Flow", flow))[seat % 2]
            vote = int(rng.random() < rate + lenient[rater])
            rows.append(
                (("Dog", "Drum")[clip % 2], method, f"v{clip:02}", f"r{rater}", vote)
            )
    return frame(rows)


def staged(votes: pd.DataFrame, looks: int = 3) -> dict[str, int]:
    """Return the stage of each item, the clips in the order of their names."""
    stage = stages(sorted(set(votes["source_video"])), looks)
    return {
        item: stage[clip]
        for item, clip in zip(votes["item_id"], votes["source_video"], strict=True)
    }


def test_a_look_is_the_clustered_z_on_the_clips_so_far() -> None:
    votes = study()
    stage = staged(votes)
    for number in (1, 2, 3):
        look = take_look(encode_votes(votes), PLAN, number=number, stage_of=stage)
        so_far = votes[votes["item_id"].map(stage) <= number]
        methods = ("Flow", "Frame")
        want = average_difference(encode_votes(so_far, methods=methods), 0, 1)
        assert want is not None
        assert look.statistic == pytest.approx(want.z)
        assert (look.difference, look.se) == (want.difference, want.se)
        assert (look.videos, look.votes) == (30 * number, 180 * number)
        assert look.bound == group_bounds("obrien-fleming", 3)[number - 1]


def test_votes_on_later_clips_change_nothing() -> None:
    votes = study()
    stage = staged(votes)
    changed = votes.copy()
    changed.loc[changed["item_id"].map(stage) == 3, "vote"] = 0
    looks = [
        take_look(encode_votes(each), PLAN, number=2, stage_of=stage)
        for each in (votes, changed)
    ]
    assert looks[0] == looks[1]


def test_a_large_difference_crosses_early_and_none_does_not() -> None:
    votes = study(clips=240, flow=0.9)
    first = take_look(encode_votes(votes), PLAN, number=1, stage_of=staged(votes))
    assert first.crossed
    assert first.p is not None
    assert first.p < 0.001
    assert first.low is not None
    assert first.low > 0
    alike = study(flow=FRAME)
    last = take_look(encode_votes(alike), PLAN, number=3, stage_of=staged(alike))
    assert not last.crossed
    assert last.p is not None
    assert last.p > 0.05


def test_an_interval_leaves_zero_out_just_where_the_bound_is_crossed() -> None:
    for flow in (0.5, 0.6, 0.7, 0.8):
        votes = study(flow=flow)
        look = take_look(encode_votes(votes), PLAN, number=2, stage_of=staged(votes))
        assert look.low is not None
        assert look.high is not None
        assert look.crossed == (look.low >= 0 or look.high <= 0)


def test_swapping_the_methods_turns_the_sign() -> None:
    votes = study()
    turned = SequentialPlan("obrien-fleming", 3, "Frame", "Flow")
    there, back = (
        take_look(encode_votes(votes), plan, number=1, stage_of=staged(votes))
        for plan in (PLAN, turned)
    )
    assert there.statistic == pytest.approx(-(back.statistic or 0))
    assert there.p == pytest.approx(back.p)


def test_neither_row_order_nor_raters_names_matter() -> None:
    votes = study()
    mixed = votes.sample(frac=1, random_state=4)
    mixed["worker_id"] = "someone " + mixed["worker_id"]
    for plan in (PLAN, SequentialPlan("always-valid", 0, "Flow", "Frame")):
        looks = [
            take_look(encode_votes(each), plan, number=2, stage_of=staged(votes))
            for each in (votes, mixed)
        ]
        assert looks[0] == looks[1]


def test_an_always_valid_look_tests_the_signs_of_clips() -> None:
    votes = study()
    plan = SequentialPlan("always-valid", 0, "Flow", "Frame")
    stage = staged(votes, 90)
    look = take_look(encode_votes(votes), plan, number=90, stage_of=stage)
    real = votes.pivot_table(
        index="source_video", columns="method", values="vote", aggfunc="sum"
    )
    want = sign_sequence((real["Flow"] - real["Frame"]).sort_index())
    assert look.statistic == pytest.approx(want.ratios.max())
    assert look.p == pytest.approx(want.p)
    assert (look.crossed, look.bound) == (want.crossed, 20)
    assert look.note.startswith(f"Flow ahead on {want.wins} of {want.trials} clips")


def test_a_bound_that_was_reached_at_an_earlier_stage_stays_reached() -> None:
    # sixteen clips for Flow, then as many against it; both stages looked at together
    counts = [3] * 16 + [0] * 16
    rows = [
        *cell_rows("Dog", "Flow", counts),
        *cell_rows("Dog", "Frame", counts[::-1]),
    ]
    votes = encode_votes(frame(rows))
    plan = SequentialPlan("always-valid", 0, "Flow", "Frame")
    stage = {
        item: 1 if int(item.split("/")[0].split("-")[1]) < 16 else 2
        for item in votes.item_ids
    }
    look = take_look(votes, plan, number=2, stage_of=stage)
    assert look.crossed
    # 2 ** 16 / 17, of sixteen clips of sixteen
    assert look.statistic == pytest.approx(2**16 / 17)
    said = sequential_summary(plan, [look.log("2026-01-01T00:00:00Z")])
    assert "always-valid p = 0.000259" in said


def test_within_a_stage_only_its_end_counts() -> None:
    # ten clips for Flow, then ten against it, all in one stage
    rows = [
        *cell_rows("Dog", "Flow", [3] * 10 + [0] * 10),
        *cell_rows("Dog", "Frame", [0] * 10 + [3] * 10),
    ]
    votes = encode_votes(frame(rows))
    plan = SequentialPlan("always-valid", 0, "Flow", "Frame")
    look = take_look(votes, plan, number=1, stage_of=dict.fromkeys(votes.item_ids, 1))
    assert not look.crossed
    assert look.statistic == pytest.approx(sign_sequence([1, -1] * 10).ratios[-1])


def test_a_look_that_cannot_be_tested_says_so_and_is_not_logged() -> None:
    alike = encode_votes(
        frame(
            [*cell_rows("Dog", "Flow", [3] * 12), *cell_rows("Dog", "Frame", [3] * 12)]
        )
    )
    apart = encode_votes(
        frame([*cell_rows("Dog", "Flow", [3]), *cell_rows("Drum", "Frame", [3])])
    )
    for votes, words in ((alike, "no variance"), (apart, "no category has votes")):
        stage = dict.fromkeys(votes.item_ids, 1)
        look = take_look(votes, PLAN, number=1, stage_of=stage)
        assert (look.statistic, look.p, look.crossed) == (None, None, False)
        assert words in look.note
        with pytest.raises(ValueError, match="tested nothing and is not logged"):
            look.log("2026-01-01T00:00:00Z")


def test_few_raters_decide_nothing() -> None:
    rows = [
        *cell_rows("Dog", "Flow", spread(60, 30), raters=6),
        *cell_rows("Dog", "Frame", spread(40, 30), raters=6),
    ]
    votes = encode_votes(frame(rows))
    look = take_look(votes, PLAN, number=1, stage_of=dict.fromkeys(votes.item_ids, 1))
    assert "few clusters (6 raters, 30 clips)" in look.note
    assert (look.crossed, look.statistic, look.videos) == (False, None, 30)


def test_a_look_is_logged_as_found() -> None:
    votes = study()
    look = take_look(encode_votes(votes), PLAN, number=2, stage_of=staged(votes))
    kept = look.log("2026-01-01T00:00:00Z", votes_sha256="ab")
    assert (kept.number, kept.statistic, kept.bound) == (2, look.statistic, look.bound)
    assert (kept.crossed, kept.votes_sha256) == (look.crossed, "ab")


def test_what_was_not_planned_is_refused() -> None:
    votes = encode_votes(study(clips=10))
    stage = dict.fromkeys(votes.item_ids, 1)
    with pytest.raises(ValueError, match="look 4 was not planned"):
        take_look(votes, PLAN, number=4, stage_of=stage)
    plan = SequentialPlan("pocock", 2, "Seq", "Frame")
    with pytest.raises(ValueError, match="no method 'Seq' among the votes"):
        take_look(votes, plan, number=1, stage_of=stage)
    del stage[votes.item_ids[0]]
    with pytest.raises(ValueError, match="1 item without a stage, such as 'v00/"):
        take_look(votes, PLAN, number=1, stage_of=stage)
