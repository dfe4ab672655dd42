"""The table as text, Markdown, CSV, LaTeX and JSON."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.render.csv_rows import csv_text
from analysis.render.files import replace_file
from analysis.render.json_document import json_document, json_text
from analysis.render.latex import latex
from analysis.render.markdown import markdown
from analysis.render.page import DEMO_LABEL, SIMULATED_LABEL, Page
from analysis.render.split import render_split, write_split
from analysis.render.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.tables import JudgedRealTable

__all__ = [
    "DEMO_LABEL",
    "FORMATS",
    "SIMULATED_LABEL",
    "Format",
    "json_document",
    "render",
    "render_split",
    "write_report",
    "write_split",
]

Format = Literal["text", "md", "csv", "latex", "json"]

_WRITERS: dict[Format, tuple[str, Callable[[Page], str]]] = {
    "text": ("table.txt", plain_text),
    "md": ("table.md", markdown),
    "csv": ("table.csv", csv_text),
    "latex": ("table.tex", latex),
    "json": ("table.json", json_text),
}
FORMATS: tuple[Format, ...] = tuple(_WRITERS)


def render(
    table: JudgedRealTable,
    format: Format = "text",
    *,
    title: str = "",
    declared: Mapping[str, str] | None = None,
    label: str = "",
    intervals: bool = True,
) -> str:
    """Return the table in one of `FORMATS`, ending in a newline.

    ``declared`` is printed under the table (a CSV has no place for it): what the
    study fixed before, such as the loudness target, the seed and the hash of its
    spec. ``label`` stands over it, such as DEMO_LABEL: what the figures cannot say.
    Without ``intervals`` the cells of text, Markdown and LaTeX are bare percentages.
    Raises ValueError for an unknown format. The same arguments give the same bytes.
    """
    if format not in _WRITERS:
        message = f"format is {format!r}: choose one of {', '.join(FORMATS)}"
        raise ValueError(message)
    _, write = _WRITERS[format]
    return write(Page(table, title, dict(declared or {}), label, intervals))


def write_report(
    table: JudgedRealTable,
    out_dir: Path | str,
    *,
    title: str = "",
    declared: Mapping[str, str] | None = None,
    label: str = "",
    intervals: bool = True,
) -> list[Path]:
    """Write the table in every format and return the files (table.txt, .md, ...).

    The folder is made when missing. A file is replaced as a whole or not at all;
    arguments as for `render`. Raises OSError when the folder cannot be written.
    """
    folder = Path(out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    page = Page(table, title, dict(declared or {}), label, intervals)
    files = []
    for name, write in _WRITERS.values():
        replace_file(folder / name, write(page))
        files.append(folder / name)
    return files
