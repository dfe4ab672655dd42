"""Comparisons of methods that were judged on the same clips."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.contrasts import ContrastReport, compare, holm
from analysis.study import FAMILIES, Comparisons
from analysis.votes import encode_votes
from tests.analysis.frames import Row, frame

METHODS = ("Frame", "Seq", "Flow", "Real")
CATEGORIES = ("Dog", "Drum")
ALL = Comparisons(families=FAMILIES, margin_pp=20)


def crossed(seed: int = 1, *, clips: int = 24) -> pd.DataFrame:
    """Return votes of 30 raters of differing lenience, three on each item."""
    rng = np.random.default_rng(seed)
    lenience = rng.normal(0, 1, 30)
    rows: list[Row] = []
    for clip in range(clips):
        seats = rng.permutation(30)[:12].reshape(4, 3)
        for method, raters in zip(METHODS, seats, strict=True):
            lift = 1.0 if method == "Real" else 0.2
            rows += [
                (
                    CATEGORIES[clip % 2],
                    method,
                    f"v{clip}",
                    f"r{rater}",
                    int(rng.normal(lift) + lenience[rater] > 0),
                )
                for rater in raters
            ]
    return frame(rows)


def compared(votes: pd.DataFrame, comparisons: Comparisons = ALL) -> ContrastReport:
    coded = encode_votes(votes, methods=METHODS, categories=CATEGORIES)
    return compare(coded, comparisons)


def test_families_hold_their_pairs_in_the_order_of_the_methods() -> None:
    report = compared(crossed())
    pairs = {
        family: [
            (each.row, each.one, each.other)
            for each in report.contrasts
            if each.family == family
        ]
        for family in FAMILIES
    }
    generated = [("Frame", "Seq"), ("Frame", "Flow"), ("Seq", "Flow")]
    real = [(method, "Real") for method in METHODS[:3]]
    assert pairs == {
        "generated": [("Average", *pair) for pair in generated],
        "generated-by-category": [(c, *pair) for c in CATEGORIES for pair in generated],
        "real": [("Average", *pair) for pair in real],
        "real-by-category": [(c, *pair) for c in CATEGORIES for pair in real],
        "baseline": [("Average", *pair) for pair in generated[:2]],
    }


def test_a_declared_baseline_stands_first_in_its_family() -> None:
    report = compared(crossed(), replace(ALL, baseline="Flow"))
    family = [each for each in report.contrasts if each.family == "baseline"]
    assert report.baseline == "Flow"
    assert [(each.one, each.other) for each in family] == [
        ("Flow", "Frame"),
        ("Flow", "Seq"),
    ]
    same = next(each for each in report.contrasts if each.one == "Frame")
    turned = compared(crossed(), replace(ALL, baseline="Seq")).contrasts[-2]
    assert (turned.one, turned.other) == ("Seq", "Frame")
    assert turned.difference == -same.difference
    assert (turned.se, turned.p_signflip) == (same.se, same.p_signflip)


def test_holm_adjusts_within_each_family_alone() -> None:
    report = compared(crossed())
    for family in FAMILIES:
        found = [each for each in report.contrasts if each.family == family]
        assert [each.p_holm for each in found] == list(holm([c.p for c in found]))
        for each in found:
            assert each.p_holm is not None
            assert each.significant == (each.p_holm <= 0.05)


def test_a_category_is_tested_by_sign_flips_and_the_average_by_clustered_z() -> None:
    for each in compared(crossed()).contrasts:
        if each.row == "Average":
            assert (each.test, each.p) == ("two-way clustered z", each.p_clustered)
        else:
            assert (each.test, each.p) == ("exact sign-flip", each.p_signflip)


def test_neither_the_order_of_rows_nor_names_can_be_told_from_the_report() -> None:
    votes = crossed()
    report = compared(votes)
    assert compared(votes.sample(frac=1, random_state=2)) == report
    renamed = votes.assign(
        source_video="x" + votes["source_video"].str[::-1],
        worker_id="w" + votes["worker_id"].str[::-1],
        item_id="i" + votes["item_id"].str[::-1],
    )
    assert compared(renamed.sample(frac=1, random_state=3)) == report


def test_flipping_every_vote_mirrors_the_differences() -> None:
    votes = crossed()
    report = compared(votes)
    flipped = compared(votes.assign(vote=1 - votes["vote"]))
    for before, after in zip(report.contrasts, flipped.contrasts, strict=True):
        assert after.difference == -before.difference
        assert after.se == pytest.approx(before.se, rel=1e-12)
        assert after.p_signflip == before.p_signflip
        assert after.low is not None
        assert before.high is not None
        assert after.low == pytest.approx(-before.high, rel=1e-12)


def test_doubling_every_vote_leaves_differences_and_errors_unchanged() -> None:
    votes = crossed()
    twice = compared(pd.concat([votes, votes], ignore_index=True))
    for once, both in zip(compared(votes).contrasts, twice.contrasts, strict=True):
        assert both.difference == once.difference
        assert both.se == pytest.approx(once.se, rel=1e-12)
        assert both.p_signflip == once.p_signflip


def test_equivalence_is_tested_only_with_a_declared_margin() -> None:
    without = compared(crossed(), replace(ALL, margin_pp=None))
    assert without.equivalences == ()
    found = compared(crossed()).equivalences
    rows = [(each.row, each.method) for each in found]
    assert rows == [(r, m) for r in ("Average", *CATEGORIES) for m in METHODS[:3]]


@pytest.mark.parametrize("margin", [1, 25, 50, 99])
def test_equivalence_and_its_p_agree_with_the_interval(margin: float) -> None:
    for each in compared(crossed(), replace(ALL, margin_pp=margin)).equivalences:
        assert each.low is not None
        assert each.high is not None
        assert each.p is not None
        within = -each.margin < each.low and each.high < each.margin
        assert each.equivalent == within == (each.p < 0.05)
        assert each.non_inferior == (each.low > -each.margin)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Comparisons(baseline="Fream"), "'Fream' is no generated method"),
        (Comparisons(baseline="Real"), "name one of Frame, Seq, Flow"),
        (Comparisons(margin_pp=0), "margin_pp is 0"),
        (Comparisons(alpha=0.5), "alpha is 0.5"),
        (Comparisons(families=("genrated",)), "unknown family 'genrated'"),  # type: ignore[arg-type]
    ],
)
def test_declarations_that_cannot_be_meant_are_refused(
    wrong: Comparisons, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        compared(crossed(), wrong)
