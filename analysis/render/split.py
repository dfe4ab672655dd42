"""The tables of a split, one after the other, in every format."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.render.csv_rows import COLUMNS, cell_rows, csv_lines, guarded
from analysis.render.html import html_page
from analysis.render.json_document import (
    JSON,
    SCHEMA_VERSION,
    json_document,
    json_lines,
)
from analysis.render.latex import latex
from analysis.render.markdown import markdown
from analysis.render.page import Page
from analysis.render.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.tables import JudgedRealTable, SplitTable


def render_split(
    split: SplitTable,
    format: str = "text",
    *,
    title: str = "",
    declared: Mapping[str, str] | None = None,
    label: str = "",
    intervals: bool = True,
) -> str:
    """Return the tables of a split in one of `FORMATS`: the whole, the parts beside
    each other (a row each), and every part.

    A CSV has the split's column in front, empty for the whole; a JSON has the document
    of the whole and one per part. Arguments as for `render`.
    """
    if format not in SPLIT_WRITERS:
        message = f"format is {format!r}: choose one of {', '.join(SPLIT_WRITERS)}"
        raise ValueError(message)
    page = Page(split.whole, title, dict(declared or {}), label, intervals)
    _, write = SPLIT_WRITERS[format]
    return write(split, page)


def split_name(split: SplitTable) -> str:
    """Return the split's column as part of a file's name."""
    return re.sub(r"[^a-z0-9]+", "-", split.column.lower()).strip("-") or "column"


def split_pages(split: SplitTable, whole: Page) -> list[Page]:
    """Return the table of all, the parts side by side, and every part."""
    tables: list[tuple[str, JudgedRealTable]] = [(f"by {split.column}", split.summary)]
    tables += [(f"{split.column} {value}", part) for value, part in split.parts]
    # what was declared holds for all of them and is printed once
    return [
        whole,
        *(
            replace(
                whole,
                table=table,
                title=f"{whole.title}, {name}" if whole.title else name,
                declared={},
                signs={},
                legend="",
            )
            for name, table in tables
        ),
    ]


def _joined(write: Callable[[Page], str]) -> Callable[[SplitTable, Page], str]:
    def all_of(split: SplitTable, whole: Page) -> str:
        return "\n\n".join(write(page) for page in split_pages(split, whole))

    return all_of


def _csv(split: SplitTable, whole: Page) -> str:
    rows = [["", *row] for row in cell_rows(whole)]
    for value, part in split.parts:
        cells = cell_rows(replace(whole, table=part))
        rows += [[guarded(value), *row] for row in cells]
    return csv_lines([(guarded(split.column), *COLUMNS), *rows])


def _json(split: SplitTable, whole: Page) -> str:
    document: dict[str, JSON] = {
        "schema_version": SCHEMA_VERSION,
        "by": split.column,
        "all": json_document(whole),
        "parts": [
            {
                "value": value,
                "table": json_document(replace(whole, table=part, declared={})),
            }
            for value, part in split.parts
        ],
    }
    return json_lines(document)


def _html(split: SplitTable, whole: Page) -> str:
    first, *further = split_pages(split, whole)
    return html_page(first, further=further)


SPLIT_WRITERS: dict[str, tuple[str, Callable[[SplitTable, Page], str]]] = {
    "text": ("txt", _joined(plain_text)),
    "md": ("md", _joined(markdown)),
    "csv": ("csv", _csv),
    "latex": ("tex", _joined(latex)),
    "json": ("json", _json),
    "html": ("html", _html),
}
