from __future__ import annotations

from analysis.quality import Diagnostic, quality, screening_effect
from analysis.study import StudyRecord
from analysis.votes import encode_votes
from tests.analysis.frames import Row, cell_rows, frame

ITEMS = tuple(
    (f"Dog-{clip}/{method}", "Dog", method)
    for clip in range(2)
    for method in ("Flow", "Real")
)


def rated(*, skip: int = 0, first: int = 0) -> list[Row]:
    """Return three votes on each of two clips under two methods, by 12 raters."""
    rows: list[Row] = [
        ("Dog", method, f"Dog-{clip}", f"r{6 * clip + 3 * place + seat}", 1)
        for clip in range(2)
        for place, method in enumerate(("Flow", "Real"))
        for seat in range(3)
    ]
    return rows[first : len(rows) - skip]


def checks(rows: list[Row], record: StudyRecord | None = None) -> dict[str, Diagnostic]:
    report = quality(encode_votes(frame(rows)), record=record)
    return {check.name: check for check in report.diagnostics}


def test_a_study_that_ran_as_planned_passes_every_check() -> None:
    record = StudyRecord(votes_per_item=3, items=ITEMS, max_votes_per_rater=1)
    found = checks(rated(), record)
    # raters with one vote each say nothing on how methods are mixed but are no fault
    assert {check.ok for check in found.values()} == {True}
    assert found["completeness"].text == "12 of 12 votes"
    assert found["votes per item"].text == "3 votes on 4 items"
    assert found["votes per rater"].text == "at most 1 of 1 allowed, 8.3% of all"


def test_without_a_plan_what_it_would_judge_is_told_and_not_judged() -> None:
    found = checks(rated(skip=1))
    assert found["completeness"] == Diagnostic(
        "completeness", None, "no plan is known; 11 votes on 4 items"
    )
    assert found["votes per item"].ok is None
    assert found["votes per item"].text == "2 votes on 1 item, 3 votes on 3 items"
    assert found["votes per rater"].ok is None


def test_missing_votes_are_told() -> None:
    record = StudyRecord(votes_per_item=3, items=ITEMS)
    found = checks(rated(skip=4), record)
    assert found["completeness"].ok is False
    assert found["completeness"].text == "8 of 12 votes; 2 items lack votes"
    assert found["votes per item"].ok is False
    clips = found["same clips in every method"]
    assert (clips.ok, clips.text) == (
        False,
        "1 of 2 source clips shown under all 2 methods",
    )


def test_repeats_are_told_apart_by_item_and_by_clip() -> None:
    again: list[Row] = [("Dog", "Flow", "Dog-0", "r0", 0)]
    other: list[Row] = [("Dog", "Real", "Dog-0", "r0", 0)]
    one, two = checks([*rated(), *again]), checks([*rated(), *other])
    item, clip = "one vote per rater and item", "one meeting per rater and source clip"
    assert one[item].text == "1 vote on an item the rater had judged before"
    assert one[item].ok is one[clip].ok is False
    assert (two[item].ok, two[clip].ok) == (True, False)
    assert two[clip].text == "1 vote on a source clip the rater had met before"


def test_raters_above_the_cap_are_counted() -> None:
    rows = cell_rows("Dog", "Flow", [1, 2, 3], raters=3)
    check = checks(rows, StudyRecord(max_votes_per_rater=2))["votes per rater"]
    assert check.ok is False
    assert check.text.startswith("3 raters above the 2 allowed; at most 3 of 2 allowed")


def test_raters_who_each_met_one_method_are_an_uneven_mix() -> None:
    rows: list[Row] = [
        ("Dog", method, f"v{clip}", f"{method}{rater}", 1)
        for method in ("Flow", "Real")
        for rater in range(3)
        for clip in range(20)
    ]
    check = checks(rows)["mix of methods per rater"]
    # of 6 raters with 20 votes each, 10 expected of each method: 6 * 2 * 100 / 10
    assert check.ok is False
    assert check.text.startswith("less even than by chance (chi-squared 120.0 on 5 df")
    even = [(c, m, v, r[4:], vote) for c, m, v, r, vote in rows]
    assert checks(even)["mix of methods per rater"].ok is True


def test_one_method_leaves_nothing_to_compare() -> None:
    found = checks(cell_rows("Dog", "Flow", [1, 2]))
    assert found["same clips in every method"].ok is None
    assert found["mix of methods per rater"].ok is None


def test_the_demonstration_of_screens_takes_any_votes() -> None:
    nothing = screening_effect(encode_votes(frame([])))
    assert [(screen.raters, screen.votes) for screen in nothing] == [(0, 0)] * 5
    # without a control those fooled always have accuracy 0: both rules take them out
    one: list[Row] = [("Dog", "Flow", "v", "r", 1)]
    kept = {s.rule: s.rates for s in screening_effect(encode_votes(frame(one)))}
    assert kept["none"] == (1,)
    assert kept["accuracy below 1/3"] == (None,)
    assert kept["fooled by over 90% of generated clips"] == (None,)
