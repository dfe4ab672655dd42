"""Comparisons where votes, clips, methods or variance are missing."""

from __future__ import annotations

import pytest

from analysis.contrasts import Contrast, ContrastReport, compare
from analysis.study import FAMILIES, Comparisons
from analysis.votes import encode_votes
from tests.analysis.frames import Row, cell_rows, frame

ALL = Comparisons(families=FAMILIES, margin_pp=5)
METHODS = ("Frame", "Flow", "Real")
COUNTS = [0, 1, 2, 3, 1, 2, 3, 3, 0, 1, 1, 2]


def compared(rows: list[Row], comparisons: Comparisons = ALL) -> ContrastReport:
    return compare(encode_votes(frame(rows), methods=METHODS), comparisons)


def first(report: ContrastReport, row: str = "Average") -> Contrast:
    return next(each for each in report.contrasts if each.row == row)


def test_no_votes_give_no_comparisons_but_say_so() -> None:
    report = compared([])
    assert report.contrasts == ()
    assert report.equivalences == ()
    assert report.majorities == ()
    assert report.baseline == "Frame"
    assert report.notes[0] == (
        "Frame and Flow are not compared: no category has votes on both"
    )


def test_a_study_without_generated_methods_has_no_baseline() -> None:
    votes = encode_votes(frame(cell_rows("Dog", "Real", COUNTS)))
    report = compare(votes, ALL)
    assert (report.baseline, report.contrasts) == ("", ())


def test_without_a_control_only_generated_methods_are_compared() -> None:
    rows = cell_rows("Dog", "Frame", COUNTS) + cell_rows("Dog", "Flow", COUNTS[::-1])
    report = compare(encode_votes(frame(rows)), ALL)
    families = {each.family for each in report.contrasts}
    assert families == {"generated", "generated-by-category", "baseline"}
    assert report.equivalences == ()
    assert "no votes on a control: nothing is compared with it" in report.notes


def test_clips_with_votes_on_one_method_are_left_out_of_sign_flips_and_counted() -> (
    None
):
    rows = cell_rows("Dog", "Frame", COUNTS)
    rows += cell_rows("Dog", "Flow", [3, *COUNTS[1:9]])
    rows += cell_rows("Dog", "Real", [3] * 12)
    found = first(compared(rows), "Dog")
    assert (found.videos, found.unpaired) == (9, 3)
    # only the first clip differs
    assert found.p_signflip == 1
    assert found.note == (
        "9 clips with votes on both; sign-flip leaves out 3 with votes on one"
    )
    # the difference itself uses every vote: 19 of 36 against 18 of 27
    assert found.difference == pytest.approx(19 / 36 - 18 / 27, rel=1e-12)
    assert found.se is not None


def test_methods_on_different_clips_are_compared_by_clusters_alone() -> None:
    rows = cell_rows("Dog", "Frame", COUNTS)
    rows += [
        (category, method, f"other-{video}", rater, 1 - vote)
        for category, method, video, rater, vote in cell_rows("Dog", "Flow", COUNTS)
    ]
    report = compared(rows)
    category, average = first(report, "Dog"), first(report)
    assert (category.videos, category.unpaired) == (0, 24)
    assert (category.p_signflip, category.p, category.p_holm) == (None, None, None)
    assert not category.significant
    assert "no clip with votes on both" in category.note
    assert average.p == average.p_clustered
    assert average.p is not None


def test_the_average_leaves_out_categories_that_one_method_lacks() -> None:
    rows = cell_rows("Dog", "Frame", COUNTS) + cell_rows("Dog", "Flow", [3] * 12)
    rows += cell_rows("Drum", "Frame", [0] * 12)
    report = compared(rows)
    average = first(report)
    assert average.difference == first(report, "Dog").difference
    assert average.note.startswith("without Drum, where one of the two has no votes")
    assert "Frame and Flow are not compared in Drum: no votes on one of them" in (
        report.notes
    )


@pytest.mark.parametrize("raters", [3, 9])
def test_few_raters_leave_the_sign_flip_alone(raters: int) -> None:
    rows = [
        row
        for method, counts in zip(
            METHODS, (COUNTS, COUNTS[::-1], [3] * 12), strict=True
        )
        for row in cell_rows("Dog", method, counts, raters=raters)
    ]
    report = compared(rows)
    found = first(report)
    assert (found.se, found.low, found.high, found.p_clustered) == (None,) * 4
    assert found.test == "exact sign-flip"
    assert found.p == found.p_signflip
    assert found.note == f"few clusters ({raters} raters, 12 clips): no clustered error"
    equivalence = report.equivalences[0]
    assert (equivalence.se, equivalence.low, equivalence.p) == (None,) * 3
    assert not equivalence.equivalent
    assert equivalence.note == first(report).note


def test_each_further_category_takes_a_clip_from_those_that_count() -> None:
    rows = [
        row
        for category, number in (("Dog", 5), ("Drum", 5))
        for method in METHODS
        for row in cell_rows(category, method, COUNTS[:number])
    ]
    # 10 clips in 2 categories leave 9
    assert (
        "few clusters (15 raters, 10 clips in 2 categories)"
        in first(compared(rows)).note
    )


def test_votes_all_alike_differ_without_a_clustered_error() -> None:
    rows = cell_rows("Dog", "Frame", [0] * 12) + cell_rows("Dog", "Flow", [3] * 12)
    found = first(compared(rows))
    assert (found.difference, found.se, found.p_clustered) == (-1.0, None, None)
    # twelve differences of one sign: 2 / 2^12
    assert found.p == found.p_signflip == pytest.approx(2**-11, rel=1e-12)
    assert found.note == "no variance to estimate: no clustered error"


def test_one_clip_or_one_rater_decides_nothing() -> None:
    single = [("Dog", method, "v", "r", int(method == "Flow")) for method in METHODS]
    report = compared(single)
    assert first(report).p == 1
    assert not any(each.significant for each in report.contrasts)


def test_unequal_votes_on_a_clip_count_as_shares() -> None:
    # 1 of 1 against 1 of 3 on one clip, 0 of 3 against 2 of 3 on eleven more
    rows: list[Row] = [("Dog", "Frame", "Dog-0", "r50", 1)]
    rows += cell_rows("Dog", "Frame", [0] * 12)[3:]
    rows += cell_rows("Dog", "Flow", [1, *[2] * 11])
    found = first(compared(rows), "Dog")
    # +2/3 once and -2/3 eleven times: |sum| is reached by at most one of a sign
    assert found.p_signflip == pytest.approx(2 * (1 + 12) / 2**12, rel=1e-12)
