"""The report as one HTML page that needs nothing else: style and figures inside."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from analysis.render.page import MISSING
from analysis.render.style import CSS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analysis.render.blocks import Grid, Section
    from analysis.render.page import Page, Shown

BOLD = "Bold: highest generated share of a row, not a significant difference."


def html_page(
    page: Page,
    parts: Sequence[Section] = (),
    figures: Mapping[str, str] | None = None,
    *,
    further: Sequence[Page] = (),
) -> str:
    """Return a whole page: the main table, then sections, figures by name as SVG.

    ``further`` tables, such as those of a split, follow the main one. It loads
    nothing: no script, no font, no address. All text is escaped.
    """
    tables = [
        f'<section id="table">\n{html_table(page)}\n</section>',
        *(
            f"<section><h2>{escape(each.title)}</h2>\n{html_table(each)}</section>"
            for each in further
        ),
    ]
    return html_document(
        page.title or "Judged real", page.label, parts, figures or {}, above=tables
    )


def html_document(
    title: str,
    label: str,
    parts: Sequence[Section],
    figures: Mapping[str, str],
    *,
    above: Sequence[str] = (),
) -> str:
    """Return a whole page of sections under a title and a label.

    ``figures``: by name as SVG; ``above``: HTML that stands before the sections.
    """
    body = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="label"><strong>{escape(label)}</strong></p>' if label else "",
        _contents(parts),
        "<main>",
        *above,
        *(html_section(part, figures) for part in parts),
        "</main>",
    ]
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{CSS}</style></head>\n<body>\n"
        + "\n".join(filter(None, body))
        + "\n</body></html>\n"
    )


def _contents(parts: Iterable[Section]) -> str:
    links = "".join(
        f'<li><a href="#{part.key}">{escape(part.title)}</a></li>' for part in parts
    )
    return f'<nav aria-label="Sections"><ul>{links}</ul></nav>' if links else ""


def html_table(page: Page) -> str:
    """Return the main table with its caption and notes."""
    table = page.table
    notes = [*page.remarks(), *(f"{n}: {value}" for n, value in page.declarations())]
    if any(cell.best for _, cells in page.rows() for cell in cells):
        notes.insert(0, BOLD)
    lines = ['<div class="scroll"><table class="main">']
    lines.append(f"<caption>{escape(' '.join(page.summary()))}</caption>")
    if table.methods and table.categories:
        heads = "".join(
            f'<th scope="col"{_control(method, table.control)}>{escape(method)}</th>'
            for method in table.methods
        )
        lines.append(
            f'<thead><tr><th scope="col">{escape(table.head)}</th>{heads}</tr></thead>'
        )
        lines.append("<tbody>")
        *rows, average = page.rows()
        lines += [_row(page, name, cells, "") for name, cells in rows]
        lines.append(_row(page, *average, ' class="average"'))
        lines.append("</tbody>")
    lines.append("</table></div>")
    lines += [f'<p class="note">{escape(note)}</p>' for note in notes]
    return "\n".join(lines)


def _control(method: str, control: str | None) -> str:
    return ' class="control"' if method == control else ""


def _row(page: Page, name: str, cells: Sequence[Shown], attribute: str) -> str:
    table = page.table
    body = "".join(
        f"<td{_control(method, table.control)}>{_cell(cell)}</td>"
        for method, cell in zip(table.methods, cells, strict=True)
    )
    return f'<tr{attribute}><th scope="row">{escape(name)}</th>{body}</tr>'


def _cell(cell: Shown) -> str:
    value = escape(cell.value)
    if value != MISSING and not cell.interval:
        value += "%"
    if cell.best:
        value = f"<strong>{value}</strong>"
    above = ", ".join(
        filter(None, (cell.sign, cell.mark, f"n={cell.votes}" if cell.votes else ""))
    )
    if above:
        value += f"<sup>{escape(above)}</sup>"
    if cell.interval:
        value += f'<span class="interval">{escape(cell.interval)}</span>'
    return value


def html_section(part: Section, figures: Mapping[str, str]) -> str:
    """Return one section; figures that are not there are left out."""
    lines = [f'<section id="{part.key}"><h2>{escape(part.title)}</h2>']
    lines += [f"<p>{escape(each)}</p>" for each in part.paragraphs]
    lines += [
        f'<figure id="figure-{name}">{figures[name]}</figure>'
        for name in part.figures
        if name in figures
    ]
    lines += [html_grid(grid) for grid in part.grids]
    return "\n".join([*lines, "</section>"])


def html_grid(grid: Grid) -> str:
    """Return a grid with its caption; words to the left, numbers to the right."""
    heads = "".join(
        f'<th scope="col"{_side(grid, number)}>{escape(head)}</th>'
        for number, head in enumerate(grid.head)
    )
    lines = [
        f'<div class="scroll"><table id="table-{escape(grid.label)}">',
        f"<caption>{escape(grid.caption)}</caption>",
        f"<thead><tr>{heads}</tr></thead><tbody>",
    ]
    for number, row in enumerate(grid.rows):
        ruled = ' class="average"' if number in grid.ruled else ""
        first = f'<th scope="row">{escape(row[0])}</th>'
        rest = "".join(
            f"<td{_side(grid, column)}>{escape(cell)}</td>"
            for column, cell in enumerate(row)
            if column
        )
        lines.append(f"<tr{ruled}>{first}{rest}</tr>")
    return "\n".join([*lines, "</tbody></table></div>"])


def _side(grid: Grid, column: int) -> str:
    return "" if grid.is_number(column) else ' class="words"'
