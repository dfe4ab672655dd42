"""Every mark is on the page and no words cover others, whatever the names are."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.figures import dot_plot, no_data
from analysis.figures.axes import plain, round_axis, signed
from analysis.figures.scene import Text
from analysis.figures.words import balanced, brief, fit, room_for, wrap
from analysis.tables import judged_real_table
from tests.analysis.frames import cell_rows, frame
from tests.analysis.scenes import NAMES, all_figures, boxes

if TYPE_CHECKING:
    from analysis.figures import Figure

LONG = "a name that nobody would print " * 4
STUDIES = {
    "two of each": (["Dog", "Drum"], ["Frame", "Flow", "Real"]),
    "one category": (["Dog"], ["Frame", "Real"]),
    "no control": (["Dog", "Drum"], ["Frame", "Flow"]),
    "only the control": (["Dog"], ["Real"]),
    "many": (
        [f"Category {n}" for n in range(30)],
        [*(f"System {n}" for n in range(8)), "Real"],
    ),
    "long": ([LONG + "one", LONG + "two"], [LONG + "A", "x" * 200, "Real"]),
    "marked up": (["<b>&\"'</b>", "]]>"], ["<script>", "&amp;", "Real"]),
    "scripts": (
        ["犬の鳴き声", "مطر غزير", "개"],
        ["モデル", "نظام", "Ωмега 🎉", "Real"],
    ),
    "nothing": ([], []),
}


def texts(figure: Figure) -> list[tuple[Text, tuple[float, float, float, float]]]:
    return [(m, box) for m, box in boxes(figure.scene) if isinstance(m, Text)]


@pytest.mark.parametrize("study", STUDIES)
def test_every_mark_lies_on_the_page(study: str) -> None:
    for figure in all_figures(*STUDIES[study]):
        scene = figure.scene
        for mark, (left, top, right, bottom) in boxes(scene):
            inside = left >= 0 and top >= 0 and right <= scene.width
            assert inside, (figure.name, mark)
            assert bottom <= scene.height, (figure.name, mark)


@pytest.mark.parametrize("study", STUDIES)
def test_no_words_cover_other_words(study: str) -> None:
    for figure in all_figures(*STUDIES[study]):
        for (one, a), (other, b) in combinations(texts(figure), 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (figure.name, one.words, other.words)


@pytest.mark.parametrize("study", STUDIES)
def test_every_figure_is_there_and_says_what_it_shows(study: str) -> None:
    drawn = all_figures(*STUDIES[study])
    assert [figure.name for figure in drawn] == [*NAMES, "time"]
    for figure in drawn:
        assert figure.title
        assert figure.description
        assert figure.empty == (len(boxes(figure.scene)) <= 4), figure.name


def test_the_label_of_a_study_stands_over_its_figure() -> None:
    figure = no_data("dots", "Shares", "No votes yet.")
    labelled = figure.labelled("DEMO DATA: says nothing about real systems")
    assert "DEMO DATA" in labelled.svg()
    assert labelled.description.startswith("DEMO DATA")
    assert labelled.scene.height > figure.scene.height
    assert figure.labelled("") is figure


def test_a_name_that_is_cut_is_told_whole_by_its_tip() -> None:
    rows = cell_rows(LONG + "dog", "Frame", [1, 2, 3]) + cell_rows(
        LONG + "drum", "Frame", [1, 2, 2]
    )
    found = [text for text, _ in texts(dot_plot(judged_real_table(frame(rows))))]
    tips = {text.tip for text in found if text.tip}
    assert tips == {(LONG + "dog"), (LONG + "drum")}
    assert len({text.words for text in found if text.tip}) == 2


@given(
    words=st.text(st.characters(codec="utf-8"), max_size=60),
    room=st.floats(20, 300),
)
@settings(max_examples=60, deadline=None)
def test_fitted_words_need_no_more_than_their_room(words: str, room: float) -> None:
    fitted = fit(words, room, 8.5)
    assert room_for(fitted.words, fitted.size) <= room + 1e-6
    assert 0.8 * 8.5 - 1e-9 <= fitted.size <= 8.5


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=12), min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_wrapped_lines_hold_the_same_words(words: list[str]) -> None:
    lines = wrap(" ".join(words), 120, 8.5)
    assert " ".join(lines) == " ".join(words)
    even = balanced(" ".join(words), 120, 8.5)
    assert " ".join(even) == " ".join(words)
    assert len(even) == len(lines)


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4))
def test_round_axes_enclose_their_values_in_few_steps(one: float, other: float) -> None:
    low, high = sorted((one, other))
    values = round_axis(low, high)
    assert values[0] <= low + 1e-6
    assert values[-1] >= high - 1e-6
    assert 2 <= len(values) <= 11
    assert values == sorted(set(values))


def test_numbers_have_a_true_minus_and_zero_no_sign() -> None:
    assert [plain(0.25), plain(-5.0), plain(1000.0), plain(-0.0)] == [
        "0.25",
        "\N{MINUS SIGN}5",
        "1,000",
        "0",
    ]
    assert [signed(1.25), signed(-3.1), signed(-0.001)] == [
        "+1.25",
        "\N{MINUS SIGN}3.10",
        "0.00",
    ]


def test_names_in_sentences_keep_their_beginning_and_end() -> None:
    assert brief("Frame") == "Frame"
    cut = brief("network-with-a-long-name-version-1b", 20)
    assert len(cut) == 20
    assert cut.startswith("network-")
    assert cut.endswith("-1b")
