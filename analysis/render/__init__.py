"""The table and the whole report as text, Markdown, CSV, LaTeX, JSON and HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from analysis.render.csv_rows import csv_text
from analysis.render.html import html_page
from analysis.render.json_document import json_document, json_text
from analysis.render.latex import latex
from analysis.render.markdown import markdown
from analysis.render.page import DEMO_LABEL, SIMULATED_LABEL, Page
from analysis.render.pairs import pairs_files, render_pairs, write_pairs
from analysis.render.report_json import report_document
from analysis.render.sections import sections as report_sections
from analysis.render.split import render_split
from analysis.render.study import (
    STUDY_FORMATS,
    page_of,
    render_study,
    report_pictures,
    study_files,
    write_study,
)
from analysis.render.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.tables import JudgedRealTable

__all__ = [
    "DEMO_LABEL",
    "FORMATS",
    "SIMULATED_LABEL",
    "STUDY_FORMATS",
    "Format",
    "Page",
    "json_document",
    "page_of",
    "pairs_files",
    "render",
    "render_page",
    "render_pairs",
    "render_split",
    "render_study",
    "report_document",
    "report_pictures",
    "report_sections",
    "study_files",
    "write_pairs",
    "write_study",
]

Format = Literal["text", "md", "csv", "latex", "json", "html"]
FORMATS: tuple[Format, ...] = get_args(Format)

_WRITERS: dict[str, Callable[[Page], str]] = {
    "text": plain_text,
    "md": markdown,
    "csv": csv_text,
    "latex": latex,
    "json": json_text,
    "html": html_page,
}


def render(
    table: JudgedRealTable,
    format: str = "text",
    *,
    title: str = "",
    declared: Mapping[str, str] | None = None,
    label: str = "",
    intervals: bool = True,
) -> str:
    """Return the table alone in one of `FORMATS`, ending in a newline.

    ``declared`` is printed under the table (a CSV has no place for it): what the
    study fixed before, such as the loudness target, the seed and the hash of its
    spec. ``label`` stands over it, such as DEMO_LABEL: what the figures cannot say.
    Without ``intervals`` the cells of text, Markdown and LaTeX are bare percentages.
    Raises ValueError for an unknown format. The same arguments give the same bytes.
    """
    page = Page(table, title, dict(declared or {}), label, intervals)
    return render_page(page, format)


def render_page(page: Page, format: str = "text") -> str:
    """Return a main table with all that is printed around it, as `render` does."""
    if format not in _WRITERS:
        message = f"format is {format!r}: choose one of {', '.join(FORMATS)}"
        raise ValueError(message)
    return _WRITERS[format](page)
