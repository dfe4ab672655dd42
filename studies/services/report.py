"""The report: a study's votes through `analysis`, what it declared beside them."""

from pathlib import Path

from analysis.archive import archive_bytes, write_archive
from analysis.render import page_of, render_page, render_study, write_study
from analysis.report import ReportOptions, StudyReport, study_report
from studies.errors import StudyError
from studies.models import Study
from studies.services.declared import declared, label
from studies.services.export import export_frames
from studies.services.record import study_record

__all__ = [
    "BY",
    "archive",
    "archive_bytes_of",
    "build_report",
    "declared",
    "label",
    "render_report",
    "write",
]

BY = ("recruiter",)
"""What the votes can be split by here; `python -m analysis` splits by any column."""


def build_report(study: Study, options: ReportOptions | None = None) -> StudyReport:
    """Return a study's report as it stands; raters are named by their hashes.

    Without options resampling starts from the study's own seed. Raises StudyError for a
    split by anything but BY.
    """
    chosen = options or ReportOptions(seed=study.seed)
    if chosen.by not in ("", *BY):
        message = f"a report is split by {' or '.join(BY)}, not by {chosen.by!r}"
        raise StudyError(message)
    votes, sessions = export_frames(study)
    record = study_record(study)
    return study_report(votes, record, sessions=sessions, options=chosen)


def render_report(
    study: Study,
    format: str = "text",
    options: ReportOptions | None = None,
    *,
    brief: bool = False,
) -> str:
    """Return the report in one of STUDY_FORMATS; `brief`: its main table alone."""
    report = build_report(study, options)
    if brief:
        return render_page(page_of(report), format)
    return render_study(report, format)


def write(
    study: Study, out_dir: Path, options: ReportOptions | None = None
) -> list[Path]:
    """Write everything the report holds into a folder; return the files."""
    return write_study(build_report(study, options), out_dir)


def archive(study: Study, out: Path) -> Path:
    """Write the study as one file that re-makes its report without the database.

    `python -m analysis` reads it. Raters are hashed; the salt stays here. Returns the
    file; raises OSError where it cannot be written.
    """
    votes, sessions = export_frames(study)
    write_archive(out, votes, sessions, study_record(study))
    return out


def archive_bytes_of(study: Study) -> bytes:
    """Return what `archive` writes."""
    votes, sessions = export_frames(study)
    return archive_bytes(votes, sessions, study_record(study))
