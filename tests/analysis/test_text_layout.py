from __future__ import annotations

import pytest

from analysis.render import DEMO_LABEL, render
from analysis.render.widths import width
from analysis.tables import JudgedRealTable, judged_real_table
from tests.analysis.frames import cell_rows, frame, spread


def table(*categories: str, method: str = "Flow") -> JudgedRealTable:
    rows = []
    for category in categories:
        rows += cell_rows(category, method, spread(71, 40))
        rows += cell_rows(category, "Real", spread(111, 40))
    return judged_real_table(frame(rows))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("Dog", 3),
        ("雨の音", 6),
        ("ｶﾅ", 2),
        ("Cafe\u0301", 4),
        ("Система", 7),
        ("नि", 1 + 1),
        ("각", 2),
        ("\u1100\u1161", 2),
        ("a\u200db", 2),
        ("\u2614\ufe0f", 2),
        ("\u2764\ufe0f", 2),
    ],
)
def test_widths_are_those_of_a_terminal(text: str, columns: int) -> None:
    assert width(text) == columns


def test_columns_stay_aligned_under_names_of_any_script() -> None:
    names = ("Dog", "雨の音", "Cafe\u0301", "Железная дорога")
    text = render(table(*names, method="システム"), "text")
    grid = text.split("\n\n")[0].splitlines()
    bars = {width(line.split(" | ")[0]) for line in grid if " | " in line}
    assert len(bars) == 1
    assert {width(line) for line in grid} == {width(grid[1])}


def test_names_are_printed_as_given() -> None:
    text = render(table("Dog & <cat> \\ 100%_$", method="=Flow|x"), "text")
    assert "Dog & <cat> \\ 100%_$" in text
    assert "=Flow|x" in text


def test_a_line_break_in_a_name_does_not_break_the_row() -> None:
    text = render(table("Dog\nbig\x1b[31m"), "text")
    assert "Dog big [31m" in text


def test_without_intervals_cells_are_bare_percentages() -> None:
    text = render(table("Dog"), "text", intervals=False)
    assert "59.17%" in text
    assert "[" not in text
    assert "interval" not in text


def test_title_label_caption_and_declarations_are_there() -> None:
    text = render(
        table("Dog"),
        "text",
        title="A pilot",
        label=DEMO_LABEL,
        declared={"loudness target": "-23 LUFS", "seed": "7"},
    )
    assert text.startswith(f"A pilot\n\n{DEMO_LABEL}\n\nCategory")
    assert "240 votes on 80 items of 40 source videos by 30 raters." in text
    assert "95% intervals (alpha 0.05): two-way clustered" in text
    assert text.endswith("\nloudness target: -23 LUFS\nseed: 7\n")


def test_a_level_is_printed_without_needless_digits() -> None:
    rows = cell_rows("Dog", "Flow", spread(71, 40))
    text = render(judged_real_table(frame(rows), alpha=0.1), "text")
    assert "90% intervals (alpha 0.1)" in text


def test_intervals_of_another_kind_are_marked_and_explained() -> None:
    rows = [
        *cell_rows("Dog", "Flow", spread(71, 40)),
        *cell_rows("Rain", "Flow", [3, 2]),
        *cell_rows("Snow", "Flow", [3] * 40),
    ]
    text = render(judged_real_table(frame(rows)), "text")
    lines = {line.split()[0]: line for line in text.splitlines() if line}
    assert lines["Rain"].endswith("] (a)")
    assert lines["Snow"].endswith("] (b)")
    assert lines["Dog"].endswith("]")
    assert lines["(a)"].startswith("(a) few clusters: Clopper-Pearson")
    assert lines["(b)"].startswith("(b) Wilson on the effective number of votes")


def test_one_kind_of_interval_for_all_cells_needs_no_marks() -> None:
    text = render(judged_real_table(frame(cell_rows("Dog", "Flow", [3, 2]))), "text")
    assert "(a)" not in text
    assert "95% intervals (alpha 0.05): few clusters: Clopper-Pearson" in text
