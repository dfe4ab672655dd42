"""The figures of pairs: on the page, legible, and with the numbers in words."""

from __future__ import annotations

from itertools import combinations

import pytest

from analysis.figures import Figure, pairs_figures
from analysis.figures.scene import Text
from analysis.pairs import pairs_report
from tests.analysis.pairs_frames import judged
from tests.analysis.scenes import boxes
from tests.analysis.test_pairs_printout import ODD, STRENGTHS, two_questions

LONG = "a name that nobody would print " * 4
STUDIES = {
    **ODD,
    "two": judged(STRENGTHS, videos=24),
    "one category": judged(STRENGTHS, videos=24).assign(category="Dog"),
    "long": judged({LONG + "A": 0, LONG + "B": 1, "Real": 2}, videos=12),
    "many": judged({**{f"System {n}": n / 9 for n in range(9)}, "Real": 2}, videos=12),
}


def drawn(study: str) -> tuple[Figure, ...]:
    return pairs_figures(pairs_report(STUDIES[study], replicates=40))


@pytest.mark.parametrize("study", STUDIES)
def test_every_mark_lies_on_the_page_and_no_words_cover_others(study: str) -> None:
    for figure in drawn(study):
        placed = boxes(figure.scene)
        for mark, (left, top, right, bottom) in placed:
            inside = left >= 0 and top >= 0 and right <= figure.scene.width
            assert inside, (figure.name, mark)
            assert bottom <= figure.scene.height, (figure.name, mark)
        words = [(mark, box) for mark, box in placed if isinstance(mark, Text)]
        for (one, a), (other, b) in combinations(words, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (figure.name, one.words, other.words)


def test_the_numbers_are_in_the_description() -> None:
    fooled, strengths = drawn("two")
    report = pairs_report(STUDIES["two"], replicates=40)
    for row in report.questions[0].found:
        assert row.fooled is not None
        assert f"{row.row}, {row.other}: {100 * row.fooled:.2f}%" in fooled.description
    assert "Real: strength" in strengths.description
    assert "50%: cannot be told apart" in fooled.svg()


def test_one_category_is_drawn_once_and_questions_have_their_own_figures() -> None:
    assert "Average" not in drawn("one category")[0].description
    figures = pairs_figures(pairs_report(two_questions(), replicates=40))
    # the first question by name, "in time", shows no real clip
    assert [figure.name for figure in figures] == [
        "strengths",
        "fooled-2",
        "strengths-2",
    ]


def test_without_strengths_the_figure_says_why() -> None:
    _, strengths = drawn("always found")
    assert strengths.empty
    assert "Real was chosen in every comparison" in strengths.description


def test_without_answers_there_is_no_figure() -> None:
    assert drawn("nothing") == ()
