"""The report: a study's votes through `analysis`, its declared spec beside them."""

from pathlib import Path

from analysis.intervals import Kind
from analysis.render import Format, render, render_split, write_report, write_split
from analysis.tables import (
    JudgedRealTable,
    SplitTable,
    judged_real_table,
    split_table,
)
from studies.errors import StudyError
from studies.models import Study
from studies.selectors import votes_frame
from studies.services.declared import declared, label

__all__ = [
    "BY",
    "declared",
    "label",
    "render_report",
    "report_split",
    "report_table",
    "write",
]

BY = ("recruiter",)
"""What the votes can be split by here; `python -m analysis` splits by any column."""


def report_table(
    study: Study, *, interval: Kind = "twoway", alpha: float = 0.05
) -> JudgedRealTable:
    """Return the table of a study's counted votes, whatever there is of them."""
    systems = list(study.systems.order_by("is_real", "order"))
    control = next((each.name for each in systems if each.is_real), "Real")
    items = study.items.scored().select_related("category", "system", "clip")
    planned = {
        item.key if study.is_import else f"{item.clip.key}/{item.system.name}": (
            item.category.name,
            item.system.name,
        )
        for item in items
        if item.system is not None
    }
    return judged_real_table(
        votes_frame(study),
        categories=list(study.categories.values_list("name", flat=True)),
        methods=[each.name for each in systems],
        control=control,
        alpha=alpha,
        # an import brings its own numbers of votes; nothing was planned here
        votes_per_item=None if study.is_import else study.votes_per_item,
        planned_items=None if study.is_import else planned,
        interval=interval,
        seed=study.seed,
    )


def report_split(study: Study, table: JudgedRealTable, by: str) -> SplitTable:
    """Return the parts of a study's table by one of BY; StudyError for another."""
    if by not in BY:
        raise StudyError(f"a report is split by {' or '.join(BY)}, not by {by!r}")
    return split_table(votes_frame(study), by, whole=table)


def render_report(
    study: Study,
    format: Format = "text",
    *,
    interval: Kind = "twoway",
    alpha: float = 0.05,
    by: str = "",
) -> str:
    """Return the report in one of analysis.render.FORMATS, split by one of BY."""
    table = report_table(study, interval=interval, alpha=alpha)
    title, fixed, over = study.title, declared(study), label(study)
    if not by:
        return render(table, format, title=title, declared=fixed, label=over)
    split = report_split(study, table, by)
    return render_split(split, format, title=title, declared=fixed, label=over)


def write(
    study: Study,
    out_dir: Path,
    *,
    interval: Kind = "twoway",
    alpha: float = 0.05,
    by: str = "",
) -> list[Path]:
    """Write the report in every format, and split by one of BY; return the files."""
    table = report_table(study, interval=interval, alpha=alpha)
    title, fixed, over = study.title, declared(study), label(study)
    split = report_split(study, table, by) if by else None
    files = write_report(table, out_dir, title=title, declared=fixed, label=over)
    files += (
        write_split(split, out_dir, title=title, declared=fixed, label=over)
        if split
        else []
    )
    return files
