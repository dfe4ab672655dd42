from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from analysis.render import DEMO_LABEL, render
from analysis.render.latex import escape
from analysis.tables import judged_real_table
from tests.analysis.frames import cell_rows, frame, spread

if TYPE_CHECKING:
    from pathlib import Path

NASTY = "\\ { } $ & # % _ ~ ^ < > | \" ' ` [x] *y -- --- '' ,, ?` !` é ß \u2013 “q” ñ"


def sample(category: str, *, generated: tuple[str, ...] = ("Seq", "Flow_2")) -> str:
    rows = [*cell_rows(category, "Real", spread(111, 40))]
    for number, method in enumerate(generated):
        rows += cell_rows(category, method, spread(71 + number, 40))
    rows += cell_rows("[Rain]", "Real", [1, 2])
    return render(
        judged_real_table(frame(rows), votes_per_item=4),
        "latex",
        title=f"A 100% study of {category}",
        label=DEMO_LABEL,
        declared={"loudness_target": "-23 LUFS", "seed": "#7 & more"},
    )


def test_rules_are_those_of_booktabs_and_none_stands_upright() -> None:
    text = sample("Dog")
    for rule in (r"\toprule", r"\midrule", r"\bottomrule"):
        assert rule in text
    assert r"\begin{tabular}{lrrr}" in text
    assert r"\hline" not in text


def test_the_control_stands_last_under_a_rule_of_its_own() -> None:
    text = sample("Dog")
    assert r" & \multicolumn{2}{c}{Generated} & Control \\" in text
    assert r"\cmidrule(lr){2-3}\cmidrule(l){4-4}" in text
    assert r"Category & Seq & Flow\_2 & Real \\" in text


def test_the_best_generated_is_bold_and_a_missing_cell_a_dash() -> None:
    text = sample("Dog")
    assert r"\textbf{60.00}\textsuperscript{n=120} & 92.50" in text
    assert r"{[}Rain{]} & -- & -- & 50.00" in text


def test_label_and_demo_label_are_there() -> None:
    text = sample("Dog")
    assert r"\label{tab:a-100-study-of-dog}" in text
    assert rf"\textbf{{{DEMO_LABEL}.}}" in text


def test_every_special_character_is_escaped() -> None:
    assert escape("100% & $x_1$ #2 {a} ~ ^ \\") == (
        r"100\% \& \$x\_1\$ \#2 \{a\} \textasciitilde{} \textasciicircum{} "
        r"\textbackslash{}"
    )
    assert escape("a-b, c's") == "a-b, c's"
    assert escape("a--b ''") == "a-{}-b '{}'"


def test_letters_beyond_latin_are_announced() -> None:
    assert "compile with xelatex" in sample("雨の音")
    assert "compile with xelatex" not in sample(NASTY)


def compiled(folder: Path, body: str, engine: str) -> str:
    if shutil.which(engine) is None or shutil.which("kpsewhich") is None:
        pytest.skip(f"{engine} is not installed")
    document = (
        "\\documentclass{article}\n\\usepackage{booktabs}\n"
        f"\\begin{{document}}\n{body}\\end{{document}}\n"
    )
    (folder / "t.tex").write_text(document, encoding="utf-8")
    done = subprocess.run(
        [engine, "-interaction=nonstopmode", "-halt-on-error", "t.tex"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        errors="replace",
        check=False,
    )
    if "booktabs.sty' not found" in done.stdout:
        pytest.skip("booktabs is not installed")
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


@pytest.mark.parametrize("engine", ["pdflatex", "xelatex"])
@pytest.mark.parametrize(
    "methods", [("Seq", "Flow_2"), ("*Seq", NASTY), (), ("--a", "[b]", "c", "d", "e")]
)
def test_it_compiles_with_booktabs_alone(
    tmp_path: Path, engine: str, methods: tuple[str, ...]
) -> None:
    compiled(tmp_path, sample(NASTY, generated=methods), engine)


def test_a_study_without_votes_compiles(tmp_path: Path) -> None:
    compiled(tmp_path, render(judged_real_table(frame([])), "latex"), "pdflatex")
