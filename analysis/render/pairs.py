"""A report of pairs in every format, and everything of it as files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.figures import pairs_figures
from analysis.render.files import write_files
from analysis.render.grids import latex_grid, markdown_section, text_section
from analysis.render.html import html_document
from analysis.render.json_document import json_lines
from analysis.render.latex import latex_head
from analysis.render.markdown import escape as escape_markdown
from analysis.render.pairs_data import pairs_document, shares_csv, strengths_csv
from analysis.render.pairs_sections import pairs_sections
from analysis.render.widths import one_line
from analysis.report import pairs_methods, pairs_provenance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from analysis.figures import Figure
    from analysis.pairs import PairsReport

TITLE = "Pairs of clips"
FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class _Page:
    """A report under its title and label, with its figures."""

    report: PairsReport
    title: str
    label: str
    drawn: tuple[Figure, ...] = ()


def render_pairs(
    report: PairsReport, format: str = "text", *, title: str = "", label: str = ""
) -> str:
    """Return a report of pairs in one of STUDY_FORMATS, ending in a newline.

    CSV has the shares, see `shares_csv`; LaTeX the tables that belong into a paper,
    with booktabs alone; HTML has the figures inside. ``label`` stands over all of it,
    such as DEMO_LABEL. Raises ValueError for an unknown format. The same report gives
    the same bytes.
    """
    if format not in _WRITERS:
        message = f"format is {format!r}: choose one of {', '.join(_WRITERS)}"
        raise ValueError(message)
    drawn = pairs_figures(report, label=label) if format == "html" else ()
    return _WRITERS[format](_Page(report, title, label, drawn))


def pairs_files(
    report: PairsReport, *, title: str = "", label: str = ""
) -> dict[str, bytes]:
    """Return everything a report of pairs holds: contents by relative path."""
    drawn = pairs_figures(report, label=label)
    page = _Page(report, title, label, drawn)
    texts = {
        "report.html": _html(page),
        "report.txt": _text(page),
        "report.md": _markdown(page),
        "report.json": _json(page),
        "tables.tex": _latex(page),
        "shares.csv": _csv(page),
        "strengths.csv": strengths_csv(report, label=label),
        "methods.txt": pairs_methods(report) + "\n",
        "provenance.json": json_lines(dict(pairs_provenance(report))),
    }
    files = {name: text.encode() for name, text in texts.items() if text}
    for each in drawn:
        files[f"{FIGURES}/{each.name}.svg"] = each.svg().encode()
        files[f"{FIGURES}/{each.name}.pdf"] = each.pdf()
    return files


def write_pairs(
    report: PairsReport, out_dir: Path | str, *, title: str = "", label: str = ""
) -> list[Path]:
    """Write everything a report of pairs holds into a folder and return the files.

    As `write_study`; raises OSError when the folder cannot be written.
    """
    return write_files(pairs_files(report, title=title, label=label), out_dir)


def _text(page: _Page) -> str:
    # a terminal shows no figures
    worded = [
        each for each in pairs_sections(page.report) if each.paragraphs or each.grids
    ]
    head = "\n\n".join(filter(None, (one_line(page.title or TITLE), page.label)))
    return "\n\n".join([head, *map(text_section, worded)]) + "\n"


def _markdown(page: _Page) -> str:
    links = {each.name: f"{FIGURES}/{each.name}.svg" for each in page.drawn}
    blocks = [f"# {escape_markdown(page.title or TITLE)}"]
    blocks += [f"> **{escape_markdown(page.label)}**"] if page.label else []
    blocks += [markdown_section(each, links) for each in pairs_sections(page.report)]
    return "\n\n".join(blocks) + "\n"


def _latex(page: _Page) -> str:
    grids = [
        grid
        for part in pairs_sections(page.report)
        for grid in part.grids
        if grid.in_paper
    ]
    title = f"{page.title.rstrip('.')}. " if page.title else ""
    titled = [replace(grid, caption=f"{title}{grid.caption}") for grid in grids]
    text = "\n".join(latex_grid(grid, label=page.label) for grid in titled)
    return f"{latex_head(text)}{text}"


def _html(page: _Page) -> str:
    pictures = {each.name: each.svg() for each in page.drawn}
    title, parts = page.title or TITLE, pairs_sections(page.report)
    return html_document(title, page.label, parts, pictures)


def _csv(page: _Page) -> str:
    return shares_csv(page.report, label=page.label)


def _json(page: _Page) -> str:
    return json_lines(pairs_document(page.report, title=page.title, label=page.label))


_WRITERS: Mapping[str, Callable[[_Page], str]] = {
    "text": _text,
    "md": _markdown,
    "csv": _csv,
    "latex": _latex,
    "json": _json,
    "html": _html,
}
