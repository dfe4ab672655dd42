"""The table, to read and to take away."""

from typing import Any, ClassVar, TypeGuard

from django.http import Http404, HttpRequest, HttpResponse

from analysis.render import Format
from analysis.tables import Cell, JudgedRealTable, percent
from studies.admin.base import NOTHING, StudyPage, StudyView
from studies.errors import StudyError
from studies.models import Study
from studies.selectors.channels import recruiters_of
from studies.services.report import (
    declared,
    label,
    render_report,
    report_split,
    report_table,
)

FORMATS: dict[Format, tuple[str, str]] = {
    "text": ("txt", "text/plain; charset=utf-8"),
    "md": ("md", "text/markdown; charset=utf-8"),
    "csv": ("csv", "text/csv; charset=utf-8"),
    "latex": ("tex", "application/x-tex; charset=utf-8"),
    "json": ("json", "application/json"),
}


class ReportPage(StudyPage):
    step = "report"
    title = "Report"
    template_name = "admin/studies/study/report.html"
    formats: ClassVar = FORMATS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = report_table(self.study)
        several = len(recruiters_of(self.study)) > 1
        split = report_split(self.study, table, "recruiter") if several else None
        return super().get_context_data(
            table=table,
            rows=_rows(table),
            split=split,
            split_rows=_rows(split.summary) if split else [],
            intervals=_intervals(table),
            interim=self.study.state != Study.State.CLOSED,
            declared=declared(self.study).items(),
            label=label(self.study),
            formats=list(FORMATS),
            **kwargs,
        )


def is_format(name: str) -> TypeGuard[Format]:
    return name in FORMATS


class ReportFile(StudyView):
    """The report in one format, as a file."""

    def get(self, request: HttpRequest, *, format: str, **_pk: int) -> HttpResponse:
        if not is_format(format):
            raise Http404(f"The formats are {', '.join(FORMATS)}.")
        ending, kind = FORMATS[format]
        by = request.GET.get("by", "")
        try:
            text = render_report(self.study, format, by=by)
        except StudyError as error:
            raise Http404(str(error)) from error
        interim = "" if self.study.state == Study.State.CLOSED else "-interim"
        part = f"-by-{by}" if by else ""
        response = HttpResponse(text, content_type=kind)
        response["Content-Disposition"] = (
            f'attachment; filename="{self.study.slug}{part}{interim}.{ending}"'
        )
        return response


def _rows(table: JudgedRealTable) -> list[tuple[str, bool, list[dict[str, Any]]]]:
    """Rows as the template shows them: name, whether it is the average, cells."""
    named = zip(table.categories, table.rows, strict=True)
    rows = [(name, False, row) for name, row in named]
    if table.average:
        rows.append((table.average[0].category, True, table.average))
    return [
        (name, last, [_shown(cell, table.best(row)) for cell in row])
        for name, last, row in rows
    ]


def _intervals(table: JudgedRealTable) -> list[str]:
    """Which intervals stand in the table, each once; a cell's own note is its title."""
    found = [cell.interval for cell in table.cells if cell.interval]
    return list(dict.fromkeys(each.method for each in found))


def _shown(cell: Cell, best: frozenset[str]) -> dict[str, Any]:
    interval = cell.interval
    return {
        "pct": cell.pct or NOTHING,
        "counts": f"{cell.judged_real}/{cell.total}",
        "interval": " to ".join(
            percent(bound, digits=1) for bound in (interval.low, interval.high)
        )
        if interval
        else "",
        "best": cell.method in best,
        "notes": "; ".join(cell.notes),
    }
