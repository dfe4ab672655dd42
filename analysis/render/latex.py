"""The table for a paper: LaTeX with booktabs and nothing else."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from analysis.render.page import MISSING
from analysis.render.widths import one_line

if TYPE_CHECKING:
    from analysis.render.page import Page, Shown

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\char34{}",
    "`": r"\textasciigrave{}",
    # after a line's end these would be read as arguments of \\ and \midrule
    "[": "{[}",
    "]": "{]}",
    "*": "{*}",
    # no ligatures: --, '', ,,, !` and ?` print as they are written
    "-": "-{}",
    "'": "'{}",
    ",": ",{}",
    MISSING: "--{}",
    "\N{MINUS SIGN}": r"\ensuremath{-}",
    # by mathematics: the text fonts of plain pdflatex have them as bitmaps only
    "\N{DAGGER}": r"\ensuremath{\dagger}",
    "\N{DOUBLE DAGGER}": r"\ensuremath{\ddagger}",
}
# what pdflatex sets without further packages: Latin letters and common quotes
_LATIN = 0x17F
_QUOTES = "\u2013\u2014\u2018\u2019\u201c\u201d\u2026"


def escape(text: str) -> str:
    """Return a text that LaTeX prints as it is (accents composed)."""
    composed = unicodedata.normalize("NFC", one_line(text))
    escaped = "".join(_ESCAPES.get(char, char) for char in composed)
    # the empty group is needed between two such characters only
    return re.sub(r"([-',])\{\}(?![-',])", r"\1", escaped)


def latex(page: Page) -> str:
    r"""Return a table environment that compiles with \usepackage{booktabs} alone.

    The best generated of a row are bold; generated and control stand under rules of
    their own. The label is tab: and the title in lower case.
    """
    body = [
        r"\begin{table}[htbp]",
        r"\centering",
        rf"\caption{{{_caption(page)}}}",
        rf"\label{{tab:{_slug(page.title)}}}",
        *_grid(page),
        *_small_print(page),
        r"\end{table}",
    ]
    text = "\n".join(body) + "\n"
    return latex_head(text) + text


def latex_head(text: str) -> str:
    """Return comments on what a text of tables needs to be compiled."""
    head = "% Needs \\usepackage{booktabs}.\n"
    if any(ord(char) > _LATIN and char not in _QUOTES for char in text):
        head += (
            "% Names hold letters that pdflatex lacks: compile with xelatex or "
            "lualatex\n% and choose a font that has them (fontspec, \\setmainfont).\n"
        )
    return head


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "judged-real"


def _caption(page: Page) -> str:
    parts = [rf"\textbf{{{escape(page.label)}.}}"] if page.label else []
    if page.title:
        parts.append(escape(page.title).rstrip(".") + ".")
    parts += [escape(sentence) for sentence in page.summary()]
    if any(cell.best for _, cells in page.rows() for cell in cells):
        parts.append("Bold: highest generated share, not a significant difference.")
    return " ".join(parts)


def _grid(page: Page) -> list[str]:
    table = page.table
    if not table.methods or not table.categories:
        return []
    lines = [rf"\begin{{tabular}}{{l{'r' * len(table.methods)}}}", r"\toprule"]
    lines += _groups(page)
    lines += [_line([escape(table.head), *map(escape, table.methods)]), r"\midrule"]
    *rows, average = page.rows()
    for name, cells in rows:
        lines += _row(name, cells)
    return [*lines, r"\midrule", *_row(*average), r"\bottomrule", r"\end{tabular}"]


def _groups(page: Page) -> list[str]:
    """Return the heads that set the control apart: booktabs knows no upright rules."""
    generated = len(page.table.generated)
    if page.table.control is None or not generated:
        return []
    last = generated + 2
    return [
        _line(["", rf"\multicolumn{{{generated}}}{{c}}{{Generated}}", "Control"]),
        rf"\cmidrule(lr){{2-{generated + 1}}}\cmidrule(l){{{last}-{last}}}",
    ]


def _row(name: str, cells: list[Shown]) -> list[str]:
    lines = [_line([escape(name), *map(_value, cells)])]
    if any(cell.interval for cell in cells):
        lines.append(_line(["", *map(_interval, cells)]))
    return lines


def _line(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


def _value(cell: Shown) -> str:
    value = cell.value.replace(MISSING, "--")
    if not cell.interval and cell.value[0].isdigit():
        value += r"\%"
    votes = rf"\textsuperscript{{n={cell.votes}}}" if cell.votes else ""
    above = rf"\textsuperscript{{{escape(cell.sign)}}}" if cell.sign else ""
    return (rf"\textbf{{{value}}}" if cell.best else value) + above + votes


def _interval(cell: Shown) -> str:
    if not cell.interval:
        return ""
    mark = rf"\textsuperscript{{{cell.mark}}}" if cell.mark else ""
    return rf"{{\scriptsize {cell.interval}{mark}}}"


def _small_print(page: Page) -> list[str]:
    lines = [escape(remark) for remark in page.remarks()]
    lines += [f"{escape(n)}: {escape(value)}" for n, value in page.declarations()]
    if not lines:
        return []
    return [
        "",
        r"\smallskip",
        r"\parbox{\linewidth}{\footnotesize\raggedright",
        *(rf"{line}\par" for line in lines),
        "}",
    ]
