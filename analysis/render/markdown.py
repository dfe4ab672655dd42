"""The table as GitHub Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.render.widths import one_line

if TYPE_CHECKING:
    from analysis.render.page import Page, Shown

_MARKUP = re.compile(r"([\\`*_{}\[\]#|~!$])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(text: str) -> str:
    """Return a text that Markdown prints as it is."""
    plain = "".join(_ENTITIES.get(char, char) for char in one_line(text))
    return _MARKUP.sub(r"\\\1", plain)


def markdown(page: Page) -> str:
    """Return the table in GitHub's Markdown; the best generated of a row are bold."""
    blocks = [
        [f"### {escape(page.title)}"] if page.title else [],
        [f"> **{page.label}**"] if page.label else [],
        _grid(page),
        [escape(" ".join(page.summary()))] if page.table.votes else [],
        ["Bold: highest generated share of a row, not a significant difference."]
        if any(cell.best for _, cells in page.rows() for cell in cells)
        else [],
        *([escape(remark)] for remark in page.remarks()),
        [f"- {escape(n)}: {escape(value)}" for n, value in page.declarations()],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _grid(page: Page) -> list[str]:
    table = page.table
    if not table.methods or not table.categories:
        return []
    lines = [
        [escape(table.head), *map(escape, table.methods)],
        [":--", *("--:" for _ in table.methods)],
    ]
    lines += [[escape(name), *map(_cell, cells)] for name, cells in page.rows()]
    lines[-1][0] = f"*{lines[-1][0]}*"
    return ["| " + " | ".join(line) + " |" for line in lines]


def _cell(cell: Shown) -> str:
    value = cell.value
    if not cell.interval and value[0].isdigit():
        value += "%"
    notes = ", ".join(
        filter(None, (cell.sign, cell.mark, f"n={cell.votes}" if cell.votes else ""))
    )
    return (
        (f"**{value}**" if cell.best else value)
        + (f" {cell.interval}" if cell.interval else "")
        + (f"<sup>{notes}</sup>" if notes else "")
    )
