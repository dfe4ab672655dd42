"""A whole report in every format, and everything of it as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis.contrasts import LOOKS
from analysis.figures import figures as report_figures
from analysis.render import csv_files
from analysis.render.csv_rows import csv_text
from analysis.render.files import write_files
from analysis.render.grids import latex_grid, markdown_section, text_section
from analysis.render.html import html_page
from analysis.render.json_document import json_lines
from analysis.render.latex import latex
from analysis.render.markdown import markdown
from analysis.render.page import Page
from analysis.render.report_json import report_document
from analysis.render.sections import sections
from analysis.render.split import SPLIT_WRITERS, split_name, split_pages
from analysis.render.text import plain_text
from analysis.report import DAGGER, DOUBLE_DAGGER

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.figures import Figure
    from analysis.report import StudyReport

FIGURES = "figures"
# files that some reports have and others not: an old one must not pass for new
OPTIONAL = (
    *("contrasts.csv", "equivalence.csv", "agreement.csv", "detection.csv"),
    "raters.csv",
    *(
        f"{FIGURES}/{name}.{end}"
        for name in ("forest", "time")
        for end in ("svg", "pdf")
    ),
)


def page_of(report: StudyReport, *, intervals: bool = True) -> Page:
    """Return the main table with its daggers and what they mean."""
    return Page(
        report.table,
        report.record.title,
        {},
        report.record.label,
        intervals,
        signs=report.signs(),
        legend=_legend(report),
    )


def _legend(report: StudyReport) -> str:
    found = report.contrasts
    if found is None:
        return "Interim: no tests."
    level = f"{found.comparisons.alpha:g}"
    when = "declared" if found.comparisons.declared else "default comparisons"
    parts = []
    signs = "".join(report.signs().values())
    if DAGGER in signs:
        looked = next(
            (
                each
                for each in found.contrasts
                if each.test == LOOKS and found.baseline in (each.one, each.other)
            ),
            None,
        )
        but = (
            f"; that of {looked.one} and {looked.other} on the average by the declared "
            "looks"
            if looked
            else ""
        )
        parts.append(
            f"{DAGGER} differs from {found.baseline} (exact sign-flip within a "
            "category, two-way clustered z for the average, or the sign-flip where it "
            "has no clustered error; Holm within the family, "
            f"level {level}, {when}{but})."
        )
    if DOUBLE_DAGGER in signs and found.equivalences:
        first = found.equivalences[0]
        parts.append(
            f"{DOUBLE_DAGGER} equivalent to {first.control} within "
            f"{100 * first.margin:g} percentage points (two one-sided tests, "
            f"level {level})."
        )
    return " ".join(parts)


def render_study(
    report: StudyReport, format: str = "text", *, intervals: bool = True
) -> str:
    """Return a report in one of STUDY_FORMATS, ending in a newline.

    CSV has one row per cell; with a split, one column more. LaTeX holds the tables
    that belong into a paper and needs booktabs alone; HTML has the figures inside.
    Raises ValueError for an unknown format. The same report gives the same bytes.
    """
    if format not in _WRITERS:
        message = f"format is {format!r}: choose one of {', '.join(_WRITERS)}"
        raise ValueError(message)
    return _WRITERS[format](report, page_of(report, intervals=intervals))


def report_pictures(report: StudyReport) -> dict[str, str]:
    """Return the report's figures as SVG by their names."""
    return {each.name: each.svg() for each in report_figures(report)}


def study_files(report: StudyReport, *, intervals: bool = True) -> dict[str, bytes]:
    """Return everything a report holds: contents by relative path, in a fixed order."""
    page = page_of(report, intervals=intervals)
    drawn = report_figures(report)
    texts = {
        "report.html": _html(report, page, drawn),
        "report.txt": _text(report, page),
        "report.md": _markdown(report, page, drawn),
        "report.json": _json(report, page),
        "tables.tex": _latex(report, page),
        "table.csv": csv_files.cells(report, page),
        "contrasts.csv": csv_files.contrasts(report),
        "equivalence.csv": csv_files.equivalence(report),
        "agreement.csv": csv_files.agreement(report),
        "detection.csv": csv_files.detection(report),
        "raters.csv": csv_files.raters(report),
        "methods.txt": report.methods + "\n",
        "provenance.json": json_lines(dict(report.provenance)),
    }
    if report.split is not None:
        whole = page_of(report, intervals=intervals)
        for ending, write in SPLIT_WRITERS.values():
            name = f"by-{split_name(report.split)}.{ending}"
            texts[name] = write(report.split, whole)
    files = {name: text.encode() for name, text in texts.items() if text}
    for each in drawn:
        files[f"{FIGURES}/{each.name}.svg"] = each.svg().encode()
        files[f"{FIGURES}/{each.name}.pdf"] = each.pdf()
    return files


def write_study(
    report: StudyReport, out_dir: Path | str, *, intervals: bool = True
) -> list[Path]:
    """Write everything a report holds into a folder and return the files.

    The folder is made when missing. A file is replaced as a whole or not at all; what
    an earlier report wrote there and this one does not hold, such as the tests of a
    margin that is no longer asked for, is removed. Raises OSError when the folder
    cannot be written.
    """
    files = study_files(report, intervals=intervals)
    paths = write_files(files, out_dir)
    for name in OPTIONAL:
        if name not in files:
            (Path(out_dir) / name).unlink(missing_ok=True)
    return paths


def _text(report: StudyReport, page: Page) -> str:
    # a terminal shows no figures
    worded = [each for each in sections(report) if each.paragraphs or each.grids]
    parts = [_whole(report, page, "text"), *map(text_section, worded)]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _whole(report: StudyReport, page: Page, format: str) -> str:
    """Return the main table, and the tables of a split below it."""
    if report.split is not None:
        _, write = SPLIT_WRITERS[format]
        return write(report.split, page)
    plain: dict[str, Callable[[Page], str]] = {
        "text": plain_text,
        "md": markdown,
        "latex": latex,
        "csv": csv_text,
    }
    return plain[format](page)


def _markdown(report: StudyReport, page: Page, drawn: tuple[Figure, ...] = ()) -> str:
    links = {each.name: f"{FIGURES}/{each.name}.svg" for each in drawn}
    parts = [
        _whole(report, page, "md"),
        *(markdown_section(part, links) for part in sections(report)),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _latex(report: StudyReport, page: Page) -> str:
    grids = [
        latex_grid(grid)
        for part in sections(report)
        for grid in part.grids
        if grid.in_paper
    ]
    return "\n".join([_whole(report, page, "latex"), *grids])


def _html(
    report: StudyReport, page: Page, drawn: tuple[Figure, ...] | None = None
) -> str:
    if drawn is None:
        pictures = report_pictures(report)
    else:
        pictures = {each.name: each.svg() for each in drawn}
    further = split_pages(report.split, page)[1:] if report.split else ()
    return html_page(page, sections(report), pictures, further=further)


def _csv(report: StudyReport, page: Page) -> str:
    if report.split is not None:
        return _whole(report, page, "csv")
    return csv_files.cells(report, page)


def _json(report: StudyReport, page: Page) -> str:
    return json_lines(report_document(report, page))


_WRITERS: Mapping[str, Callable[[StudyReport, Page], str]] = {
    "text": _text,
    "md": _markdown,
    "csv": _csv,
    "latex": _latex,
    "json": _json,
    "html": _html,
}
STUDY_FORMATS: tuple[str, ...] = tuple(_WRITERS)
