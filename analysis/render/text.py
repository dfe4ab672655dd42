"""The table for a terminal: aligned columns, no markup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.render.widths import left, one_line, right, width

if TYPE_CHECKING:
    from analysis.render.page import Page, Shown

GAP = "   "
BAR = " | "


def plain_text(page: Page) -> str:
    """Return the table as aligned text; a bar stands before the control."""
    blocks = [
        [one_line(page.title)] if page.title else [],
        [page.label] if page.label else [],
        _grid(page),
        [*page.summary(), *map(one_line, page.remarks())],
        [one_line(f"{name}: {value}") for name, value in page.declarations()],
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _grid(page: Page) -> list[str]:
    rows = page.rows()
    if not page.table.methods or not page.table.categories:
        return []
    names = [one_line(page.table.head), *(one_line(name) for name, _ in rows)]
    columns = [
        _column(one_line(method), [cells[index] for _, cells in rows])
        for index, method in enumerate(page.table.methods)
    ]
    widest = max(width(name) for name in names)
    gaps = [
        BAR if method == page.table.control and index else GAP
        for index, method in enumerate(page.table.methods)
    ]
    lines = [
        left(name, widest)
        + "".join(gap + column[row] for gap, column in zip(gaps, columns, strict=True))
        for row, name in enumerate(names)
    ]
    rule = "-" * max(width(line) for line in lines)
    ruled = [lines[0], rule, *lines[1:-1], rule, lines[-1]]
    return [line.rstrip() for line in ruled]


def _column(head: str, cells: list[Shown]) -> list[str]:
    """Return the column's texts, all of one width, each part under its like."""
    values = [_value(cell) for cell in cells]
    tails = [_tail(cell) for cell in cells]
    value_width = max(map(width, values))
    interval_width = max(width(cell.interval) for cell in cells)
    tail_width = max(map(width, tails))
    body = [
        right(value, value_width)
        + (" " + left(cell.interval, interval_width) if interval_width else "")
        + left(tail, tail_width)
        for value, cell, tail in zip(values, cells, tails, strict=True)
    ]
    columns = max(width(head), width(body[0]))
    return [right(text, columns) for text in (head, *body)]


def _value(cell: Shown) -> str:
    bare = cell.value[0].isdigit() and not cell.interval
    return f"{cell.value}%" if bare else cell.value


def _tail(cell: Shown) -> str:
    mark = f" ({cell.mark})" if cell.mark else ""
    sign = f" {cell.sign}" if cell.sign else ""
    return f"{sign}{mark} n={cell.votes}" if cell.votes else f"{sign}{mark}"
