from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.quality import QualityReport, RaterProfile, quality
from analysis.votes import encode_votes, read_votes
from tests.analysis.frames import Row, cell_rows, frame

if TYPE_CHECKING:
    from pathlib import Path


def profiles(
    rows: list[Row],
    *,
    seconds: list[float] | None = None,
    sessions: pd.DataFrame | None = None,
) -> dict[str, RaterProfile]:
    table = frame(rows)
    if seconds is not None:
        table = table.assign(seconds=seconds)
    report = quality(encode_votes(table), table, sessions=sessions)
    return {rater.worker: rater for rater in report.raters}


def study(
    answers: dict[str, float], *, clips: int = 120, seed: int = 5
) -> QualityReport:
    """Return the report on raters who say "real" so often, on the same clips.

    Every rater judges every clip; clips are easy or hard alike for all.
    """
    rng = np.random.default_rng(seed)
    hard = rng.normal(0, 0.15, clips)
    rows: list[Row] = [
        ("Dog", "Real" if clip % 4 == 0 else "Flow", f"v{clip}", name, int(said))
        for name, share in answers.items()
        for clip, said in enumerate(rng.random(clips) < share + hard * (0 < share < 1))
    ]
    return quality(encode_votes(frame(rows)))


HONEST = {f"h{number:02}": 0.6 + 0.02 * (number % 10) for number in range(30)}


def test_counts_agreement_and_expectation_by_hand() -> None:
    # v1: a 1, b 1, c 0; v2: a 0, b 1; v3: a 1 alone
    rows: list[Row] = [
        ("Dog", "Flow", "v1", "a", 1),
        ("Dog", "Flow", "v1", "b", 1),
        ("Dog", "Flow", "v1", "c", 0),
        ("Dog", "Real", "v2", "a", 0),
        ("Dog", "Real", "v2", "b", 1),
        ("Dog", "Flow", "v3", "a", 1),
    ]
    rater = profiles(rows)["a"]
    assert (rater.votes, rater.real, rater.rate) == (3, 2, 2 / 3)
    assert (rater.real_generated, rater.generated) == (2, 2)
    assert (rater.real_control, rater.controls) == (0, 1)
    # on v1 one of two others agrees and one said real, on v2 none of one and one
    assert rater.agreement == pytest.approx(0.25)
    assert rater.expected == pytest.approx(0.75)
    # own share 1/2; variance 2 * 1 / 4 + 1 * 1 / 1 = 3/2 over 2^2
    assert rater.rate_z == pytest.approx((0.5 - 0.75) / np.sqrt(1.5 / 4))
    assert rater.odd == ()


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 4), st.integers(0, 1)), min_size=1
    )
)
def test_order_and_names_of_rows_change_no_profile(
    votes: list[tuple[int, int, int]],
) -> None:
    rows: list[Row] = [("Dog", "Flow", f"v{v}", f"r{r}", vote) for v, r, vote in votes]
    plain = profiles(rows)
    assert profiles(rows[::-1]) == plain
    renamed = profiles([(c, m, v, f"x{r}", vote) for c, m, v, r, vote in rows])
    assert [p.rate_z for p in renamed.values()] == [p.rate_z for p in plain.values()]
    assert sum(profile.votes for profile in plain.values()) == len(rows)


def test_raters_with_most_votes_come_first() -> None:
    rows: list[Row] = [
        ("Dog", "Flow", "v1", "b", 1),
        ("Dog", "Flow", "v1", "a", 1),
        ("Dog", "Flow", "v2", "c", 1),
        ("Dog", "Flow", "v1", "c", 1),
    ]
    assert list(profiles(rows)) == ["c", "a", "b"]


def test_nothing_is_known_of_a_rater_whom_nobody_joins() -> None:
    rater = profiles([("Dog", "Flow", "v1", "a", 1)])["a"]
    assert rater.agreement is rater.expected is rater.rate_z is None
    assert rater.sensitivity is rater.specificity is rater.seconds_median is None
    assert rater.catch_asked is rater.minutes is None
    assert rater.odd == ()


def test_a_study_without_votes_has_no_raters() -> None:
    report = quality(encode_votes(frame([])), frame([]))
    assert (report.raters, report.sensitivity, report.seconds) == ((), (), ())
    assert [check.text for check in report.diagnostics] == ["no votes yet"]


def test_honest_raters_are_not_odd_and_constant_ones_are() -> None:
    report = study({**HONEST, "yes": 1.0, "no": 0.0})
    odd = {rater.worker: rater.odd for rater in report.raters if rater.odd}
    assert set(odd) == {"yes", "no"}
    assert odd["yes"][0] == "always real (120 votes)"
    assert odd["no"][0] == "always fake (120 votes)"


def test_where_all_agree_always_real_is_not_odd() -> None:
    report = study(dict.fromkeys(HONEST, 1.0))
    assert not any(rater.odd for rater in report.raters)
    assert report.rate_spread == 0


def test_a_strict_rater_is_odd_only_beside_raters_who_are_alike() -> None:
    alike = study({**dict.fromkeys(HONEST, 0.8), "strict": 0.4})
    differ = {name: 0.35 + 0.02 * place for place, name in enumerate(HONEST)}
    apart = study({**differ, "strict": 0.4})
    reasons = {rater.worker: rater.odd for rater in alike.raters}["strict"]
    assert len(reasons) == 1
    assert reasons[0].startswith("rate far from what others give the same clips (z = -")
    assert not {rater.worker: rater.odd for rater in apart.raters}["strict"]
    assert alike.rate_spread < apart.rate_spread == pytest.approx(0.18, abs=0.05)


def test_a_rater_who_mixes_up_the_answers_agrees_less_than_chance() -> None:
    # clips that all see alike, half of them real, but for one who presses the other key
    rows: list[Row] = [
        ("Dog", "Flow", f"v{clip}", f"r{rater}", int(clip % 2 == (rater == 5)))
        for clip in range(40)
        for rater in range(6)
    ]
    odd = {name: profile.odd for name, profile in profiles(rows).items()}
    # of 40 answers a perfect contradiction is sqrt(39) deviations below chance
    assert odd.pop("r5") == ("agrees less than chance (z = -6.2)",)
    assert not any(odd.values())


def test_times_of_answers() -> None:
    rows = cell_rows("Dog", "Flow", [1, 2, 3, 1, 2], raters=3)
    quick = {"r0": 0.8, "r1": 7.5}
    seconds = [quick.get(rater, np.nan) for _, _, _, rater, _ in rows]
    got = profiles(rows, seconds=seconds)
    assert [got[name].seconds_median for name in ("r0", "r1", "r2")] == [0.8, 7.5, None]
    assert got["r0"].odd == ("median 0.8 s per answer",)
    assert got["r1"].odd == ()
    table = frame(rows).assign(seconds=seconds)
    assert quality(encode_votes(table), table).seconds == (0.8,) * 5 + (7.5,) * 5


def test_times_may_come_from_a_file(tmp_path: Path) -> None:
    rows = cell_rows("Dog", "Flow", [1, 2], raters=3)
    path = tmp_path / "votes.csv"
    frame(rows).assign(seconds=["2.5", "", "4", "3.5", "", "8"]).to_csv(path)
    table = read_votes(path)
    report = quality(encode_votes(table), table)
    assert report.seconds == (2.5, 3.5, 4, 8)
    medians = {rater.worker: rater.seconds_median for rater in report.raters}
    assert medians == {"r0": 3, "r1": None, "r2": 6}


def test_sessions_are_summed_per_rater() -> None:
    sessions = pd.DataFrame(
        {
            "worker_id": ["r0", "r0", "r1", "elsewhere"],
            "catch_right": [1, 0, 6, 0],
            "catch_asked": [3, 3, 6, 9],
            "minutes": [4.5, 5.0, None, 1.0],
        }
    )
    rows = cell_rows("Dog", "Flow", [1, 2], raters=3)
    got = profiles(rows, sessions=sessions)
    assert (got["r0"].catch_right, got["r0"].catch_asked) == (1, 6)
    assert (got["r0"].minutes, got["r1"].minutes) == (9.5, None)
    # of six at nine in ten, one right or none comes once in 18,000 times (binomial)
    assert got["r0"].odd == ("1 of 6 catch clips right",)
    assert got["r1"].odd == ()
    assert got["r2"].catch_asked is None


def test_frames_that_do_not_fit_are_refused() -> None:
    rows = cell_rows("Dog", "Flow", [1])
    votes = encode_votes(frame(rows))
    with pytest.raises(ValueError, match="the frame has 2 rows for 3 votes"):
        quality(votes, frame(rows[:2]))
    with pytest.raises(ValueError, match=r"seconds is -1\.0"):
        quality(votes, frame(rows).assign(seconds=[1, -1, 2]))
    with pytest.raises(ValueError, match="seconds is 'soon': write a number"):
        quality(votes, frame(rows).assign(seconds=["1", "soon", ""]))
    with pytest.raises(ValueError, match="no column worker_id; found: who"):
        quality(votes, sessions=pd.DataFrame({"who": ["r0"]}))
