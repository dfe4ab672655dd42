"""``python -m analysis FILE``: a study's report without its database; or its plan."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from analysis.archive import Contents, is_archive, read_archive
from analysis.arguments import (
    batch_options,
    build_parser,
    build_plan_parser,
    pairs_with,
    record_with,
    report_options,
)
from analysis.pairs import holds_pairs, read_pairs
from analysis.planning import run_plan
from analysis.planning.progress import Bar
from analysis.render import (
    DEMO_LABEL,
    page_of,
    render_page,
    render_pairs,
    render_study,
    write_pairs,
    write_study,
)
from analysis.report import StudyReport, study_report
from analysis.study import StudyRecord
from analysis.votes import read_votes_or_batch

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

USAGE_ERROR = 2
PLAN = "plan"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report, or write everything into a folder; return the exit status.

    After the word ``plan`` the plan of a study is printed. Faults of the votes or the
    options go to standard error with status 2.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # names in any script, whatever the locale
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        if given[:1] == [PLAN]:
            asked = build_plan_parser().parse_args(given[1:])
            text = run_plan(asked, progress=Bar())
        else:
            text = _answer(build_parser().parse_args(given))
    except (ValueError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return USAGE_ERROR
    sys.stdout.write(text)
    return 0


def _answer(options: argparse.Namespace) -> str:
    """Return what is printed: the report, or the names of the files it is in."""
    if holds_pairs(options.votes):
        return _pairs(options)
    report = _report(options)
    if options.out is not None:
        return _names(write_study(report, options.out, intervals=options.intervals))
    if options.brief:
        page = page_of(report, intervals=options.intervals)
        return render_page(page, options.format)
    return render_study(report, options.format, intervals=options.intervals)


def _pairs(options: argparse.Namespace) -> str:
    report = pairs_with(options, read_pairs(options.votes))
    title, label = options.title or "", DEMO_LABEL if options.demo else ""
    if options.out is not None:
        return _names(write_pairs(report, options.out, title=title, label=label))
    return render_pairs(report, options.format, title=title, label=label)


def _names(files: Sequence[Path]) -> str:
    return "".join(f"{file}\n" for file in files)


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
    return Contents(read.votes, None, StudyRecord(methods=read.facts))


if __name__ == "__main__":
    sys.exit(main())
