"""The report, to read and to take away, live while votes come in."""

from typing import Any, TypeGuard

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe

from analysis.render import Format, report_pictures, report_sections
from analysis.report import ReportOptions, StudyReport
from analysis.tables import Cell, JudgedRealTable, percent
from studies.admin.base import NOTHING, StudyPage, StudyView
from studies.errors import StudyError
from studies.models import Study
from studies.selectors.channels import recruiters_of
from studies.services.report import archive_bytes_of, build_report, render_report

FORMATS: dict[Format, tuple[str, str]] = {
    "html": ("html", "text/html; charset=utf-8"),
    "text": ("txt", "text/plain; charset=utf-8"),
    "md": ("md", "text/markdown; charset=utf-8"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "latex": ("tex", "application/x-tex; charset=utf-8"),
    "json": ("json", "application/json"),
}
# what the page shows in its own way, or elsewhere
ELSEWHERE = ("provenance",)


class ReportPage(StudyPage):
    step = "report"
    title = "Report"
    template_name = "admin/studies/study/report.html"
    fragment = "admin/studies/study/report_results.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        several = len(recruiters_of(self.study)) > 1
        report = self._report("recruiter" if several else "")
        table, split = report.table, report.split
        return super().get_context_data(
            table=table,
            rows=_rows(table, report.signs()),
            split=split,
            split_rows=_rows(split.summary, {}) if split else [],
            intervals=_intervals(table),
            interim=report.record.interim,
            moving=self.study.state in Study.RUNNING,
            declared=report.record.declared.items(),
            label=report.record.label,
            sections=_sections(report),
            formats=list(FORMATS),
            **kwargs,
        )

    def _report(self, by: str) -> StudyReport:
        return build_report(self.study, ReportOptions(seed=self.study.seed, by=by))


def is_format(name: str) -> TypeGuard[Format]:
    return name in FORMATS


class ReportFile(StudyView):
    """The report in one format, or the archive that re-makes it, as a file."""

    def get(self, request: HttpRequest, *, format: str, **_pk: int) -> HttpResponse:
        if format == "archive":
            content = archive_bytes_of(self.study)
            return self._file(content, "application/zip", "zip", "")
        if not is_format(format):
            known = ", ".join((*FORMATS, "archive"))
            raise Http404(f"The formats are {known}.")
        ending, kind = FORMATS[format]
        by = request.GET.get("by", "")
        try:
            text = render_report(
                self.study, format, ReportOptions(seed=self.study.seed, by=by)
            )
        except StudyError as error:
            raise Http404(str(error)) from error
        return self._file(text.encode(), kind, ending, by)

    def _file(self, content: bytes, kind: str, ending: str, by: str) -> HttpResponse:
        interim = "" if self.study.state == Study.State.CLOSED else "-interim"
        part = f"-by-{by}" if by else ""
        response = HttpResponse(content, content_type=kind)
        response["Content-Disposition"] = (
            f'attachment; filename="{self.study.slug}{part}{interim}.{ending}"'
        )
        return response


def _sections(report: StudyReport) -> list[dict[str, Any]]:
    """The report's sections as the template shows them, figures drawn."""
    drawn = report_pictures(report)
    return [
        {
            "key": part.key,
            "title": part.title,
            "paragraphs": part.paragraphs,
            "figures": [_picture(drawn[n]) for n in part.figures if n in drawn],
            "grids": [
                {
                    "label": grid.label,
                    "caption": grid.caption,
                    "head": [
                        (head, grid.is_number(column))
                        for column, head in enumerate(grid.head)
                    ],
                    "rows": [
                        (
                            number in grid.ruled,
                            row[0],
                            [
                                (cell, grid.is_number(column))
                                for column, cell in enumerate(row)
                                if column
                            ],
                        )
                        for number, row in enumerate(grid.rows)
                    ],
                }
                for grid in part.grids
            ],
        }
        for part in report_sections(report)
        if part.key not in ELSEWHERE
    ]


def _picture(svg: str) -> SafeString:
    # our own writer escapes every name; nothing else comes into the picture
    return mark_safe(svg)  # noqa: S308 - see above


def _rows(
    table: JudgedRealTable, signs: dict[tuple[str, str], str]
) -> list[tuple[str, bool, list[dict[str, Any]]]]:
    """Rows as the template shows them: name, whether it is the average, cells."""
    named = zip(table.categories, table.rows, strict=True)
    rows = [(name, False, row) for name, row in named]
    if table.average:
        rows.append((table.average[0].category, True, table.average))
    return [
        (name, last, [_shown(cell, table.best(row), signs) for cell in row])
        for name, last, row in rows
    ]


def _intervals(table: JudgedRealTable) -> list[str]:
    """Which intervals stand in the table, each once; a cell's own note is its title."""
    found = [cell.interval for cell in table.cells if cell.interval]
    return list(dict.fromkeys(each.method for each in found))


def _shown(
    cell: Cell, best: frozenset[str], signs: dict[tuple[str, str], str]
) -> dict[str, Any]:
    interval = cell.interval
    return {
        "pct": cell.pct or NOTHING,
        "sign": signs.get((cell.category, cell.method), ""),
        "counts": f"{cell.judged_real}/{cell.total}",
        "interval": " to ".join(
            percent(bound, digits=1) for bound in (interval.low, interval.high)
        )
        if interval
        else "",
        "best": cell.method in best,
        "notes": "; ".join(cell.notes),
    }
