from __future__ import annotations

from analysis.render import DEMO_LABEL, render
from analysis.tables import judged_real_table
from tests.analysis.frames import cell_rows, frame, spread

ROWS = [
    *cell_rows("Dog", "Frame", spread(71, 40)),
    *cell_rows("Dog", "Seq", spread(80, 40)),
    *cell_rows("Dog", "Flow", spread(80, 40)),
    *cell_rows("Dog", "Real", spread(111, 40)),
]


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


def test_the_best_generated_are_bold_ties_too_and_never_the_control() -> None:
    text = render(judged_real_table(frame(ROWS)), "md", intervals=False)
    assert lines(text) == [
        "| Category | Frame | Seq | Flow | Real |",
        "| :-- | --: | --: | --: | --: |",
        "| Dog | 59.17% | **66.67%** | **66.67%** | 92.50% |",
        "| *Average* | 59.17% | **66.67%** | **66.67%** | 92.50% |",
    ]
    assert "not a significant difference" in text


def test_a_lead_lost_in_rounding_still_counts() -> None:
    rows = [
        (category, method, f"{method}{n}", f"r{n}", int(n < real))
        for category, method, real, total in (
            ("Dog", "Seq", 10000, 19999),
            ("Dog", "Flow", 9999, 19999),
        )
        for n in range(total)
    ]
    table = judged_real_table(frame(rows))
    assert [cell.pct for cell in table.rows[0]] == ["50.00", "50.00"]
    assert table.best(table.rows[0]) == {"Seq"}


def test_a_single_generated_method_is_not_the_best_of_anything() -> None:
    text = render(judged_real_table(frame([*ROWS[:120], *ROWS[-120:]])), "md")
    assert "**" not in text


def test_a_missing_cell_is_a_dash_and_a_partial_one_has_its_votes() -> None:
    rows = [*ROWS[:119], *cell_rows("Rain", "Seq", [1] * 12)]
    text = render(judged_real_table(frame(rows), votes_per_item=3), "md")
    dog, rain, _ = lines(text)[2:]
    assert "<sup>n=119</sup>" in dog
    assert dog.endswith("| \N{EN DASH} |")
    assert rain.startswith("| Rain | \N{EN DASH} | 33.33 [")


def test_markup_in_names_is_escaped() -> None:
    rows = cell_rows("a|b *c* <i>", "my_net", [1, 2])
    text = render(judged_real_table(frame(rows)), "md")
    assert r"a\|b \*c\* &lt;i&gt;" in text
    assert r"my\_net" in text


def test_the_demo_label_and_declarations_are_there() -> None:
    text = render(
        judged_real_table(frame(ROWS)), "md", label=DEMO_LABEL, declared={"seed": "7"}
    )
    assert f"> **{DEMO_LABEL}**" in text
    assert text.endswith("\n\n- seed: 7\n")
