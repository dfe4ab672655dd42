"""``python -m analysis votes.csv``: a study's report without its database."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from analysis.archive import Contents, is_archive, read_archive
from analysis.arguments import batch_options, build_parser, record_with, report_options
from analysis.render import (
    DEMO_LABEL,
    page_of,
    render_page,
    render_study,
    write_study,
)
from analysis.report import StudyReport, study_report
from analysis.study import StudyRecord
from analysis.votes import read_votes_or_batch

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report, or write everything into a folder; return the exit status.

    Faults of the votes or the options go to standard error with status 2.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # names in any script, whatever the locale
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        text = _answer(build_parser().parse_args(given))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return USAGE_ERROR
    sys.stdout.write(text)
    return 0


def _answer(options: argparse.Namespace) -> str:
    """Return what is printed: the report, or the names of the files it is in."""
    report = _report(options)
    if options.out is not None:
        files = write_study(report, options.out, intervals=options.intervals)
        return "".join(f"{file}\n" for file in files)
    if options.brief:
        page = page_of(report, intervals=options.intervals)
        return render_page(page, options.format)
    return render_study(report, options.format, intervals=options.intervals)


def _report(options: argparse.Namespace) -> StudyReport:
    found = _contents(options)
    return study_report(
        found.votes,
        record_with(found.record, options, found.votes, DEMO_LABEL),
        sessions=found.sessions,
        options=report_options(options, seed=found.record.seed),
    )


def _contents(options: argparse.Namespace) -> Contents:
    if is_archive(options.votes):
        return read_archive(options.votes)
    read = read_votes_or_batch(options.votes, batch_options(options))
    for note in read.notes:
        sys.stderr.write(f"{note}\n")
    return Contents(read.votes, None, StudyRecord())


if __name__ == "__main__":
    sys.exit(main())
