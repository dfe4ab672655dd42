"""Sections and their grids as text, Markdown and LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.render.latex import escape as escape_latex
from analysis.render.markdown import escape as escape_markdown
from analysis.render.widths import left, one_line, right, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.render.blocks import Grid, Section

GAP = "  "
LINE = 88


def text_section(section: Section) -> str:
    """Return a section for a terminal: a ruled head, wrapped sentences, columns."""
    blocks = [f"{one_line(section.title)}\n{'=' * width(section.title)}"]
    blocks += [wrapped(one_line(each), LINE) for each in section.paragraphs]
    blocks += [_text_grid(grid) for grid in section.grids]
    return "\n\n".join(blocks)


def _text_grid(grid: Grid) -> str:
    rows = [[one_line(cell) for cell in row] for row in (grid.head, *grid.rows)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    last = len(widths) - 1

    def line(row: list[str]) -> str:
        cells = [
            # a last column of words may run on, wherever it begins
            right(cell, widths[number])
            if grid.is_number(number)
            else left(cell, 0 if number == last else widths[number])
            for number, cell in enumerate(row)
        ]
        return GAP.join(cells).rstrip()

    lines = [line(row) for row in rows]
    rule = "-" * min(LINE, max(map(width, lines)))
    body = [
        text
        for number, row in enumerate(lines[1:])
        for text in ([rule, row] if number in grid.ruled else [row])
    ]
    caption = wrapped(one_line(grid.caption), LINE)
    return "\n".join([caption, "", lines[0], rule, *body])


def markdown_section(section: Section, links: Mapping[str, str]) -> str:
    """Return a section as Markdown; ``links`` are the addresses of its figures."""
    blocks = [f"## {escape_markdown(section.title)}"]
    blocks += [escape_markdown(each) for each in section.paragraphs]
    blocks += [_markdown_grid(grid) for grid in section.grids]
    blocks += [
        f"![{escape_markdown(name)}]({links[name]})"
        for name in section.figures
        if name in links
    ]
    return "\n\n".join(blocks)


def _markdown_grid(grid: Grid) -> str:
    aligned = [
        "--:" if grid.is_number(number) else ":--" for number in range(len(grid.head))
    ]
    rows = [[escape_markdown(cell) for cell in row] for row in (grid.head, *grid.rows)]
    lines = [rows[0], aligned, *rows[1:]]
    table = "\n".join("| " + " | ".join(row) + " |" for row in lines)
    return f"{escape_markdown(grid.caption)}\n\n{table}"


def latex_grid(grid: Grid, *, label: str = "") -> str:
    r"""Return a grid as a table environment that needs \usepackage{booktabs} alone.

    A first column that says the same in every row, such as Average, is left out.
    ``label`` stands in the caption, such as DEMO_LABEL.
    """
    columns = list(grid.in_paper)
    if len({row[columns[0]] for row in grid.rows}) == 1 and len(grid.rows) > 1:
        del columns[0]
    warned = rf"\textbf{{{escape_latex(label)}.}} " if label else ""
    sides = "".join("r" if grid.is_number(column) else "l" for column in columns)

    def line(row: tuple[str, ...]) -> str:
        return " & ".join(escape_latex(row[column]) for column in columns) + r" \\"

    lines = [
        r"\begin{table}[htbp]",
        r"\centering\footnotesize\setlength{\tabcolsep}{3pt}",
        rf"\caption{{{warned}{escape_latex(grid.caption)}}}",
        rf"\label{{tab:{grid.label}}}",
        rf"\begin{{tabular}}{{{sides}}}",
        r"\toprule",
        line(grid.head),
        r"\midrule",
    ]
    for number, row in enumerate(grid.rows):
        lines += [r"\midrule"] if number in grid.ruled else []
        lines.append(line(row))
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}", r"\end{table}", ""])
