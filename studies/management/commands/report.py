"""manage.py report --study SLUG"""

from argparse import ArgumentParser, ArgumentTypeError, BooleanOptionalAction
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.intervals import KINDS
from analysis.render import (
    STUDY_FORMATS,
    page_of,
    render_page,
    render_study,
    write_study,
)
from analysis.report import EXCLUSIONS, ReportOptions
from studies.errors import StudyError
from studies.management.base import StudyCommand, add_study
from studies.models import Study
from studies.selectors import get_study
from studies.services.report import BY, archive, build_report


class Command(StudyCommand):
    help = "Print the report: how often people took each system's output for real."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        add = parser.add_argument
        add("--format", choices=STUDY_FORMATS, default="text")
        add("--out", type=Path, metavar="DIR", help="Write everything there as well.")
        add("--brief", action="store_true", help="Print the main table alone.")
        add("--by", choices=BY, default="", help="A table for each of them as well.")
        add(
            "--ci",
            choices=KINDS,
            default="twoway",
            help="Intervals: clustered by rater and clip (default), the conservative "
            "bootstrap, or naive ones.",
        )
        add(
            "--alpha",
            type=level,
            default=0.05,
            help="1 - confidence of the intervals (default 0.05).",
        )
        add(
            "--exclusions",
            choices=EXCLUSIONS,
            default="both",
            help="Apply the frozen rules (on), not (off), or apply them and set both "
            "averages side by side (default).",
        )
        add(
            "--mixed",
            action=BooleanOptionalAction,
            help="Fit the mixed model: some seconds (default: with --out).",
        )
        add(
            "--compare-paper",
            action="store_true",
            help="Set Table 2 of Visual to Sound beside the study.",
        )
        add("--seed", type=int, help="Of resampling (default: the study's own).")
        add(
            "--archive",
            type=Path,
            metavar="FILE",
            help="Write a zip from which `python -m analysis` re-makes the report.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        report = build_report(study, chosen(study, options))
        if (out := options["out"]) is not None:
            self._wrote(out, lambda: write_study(report, out))
        if (packed := options["archive"]) is not None:
            self._wrote(packed, lambda: [archive(study, packed)])
        if options["brief"]:
            text = render_page(page_of(report), options["format"])
        else:
            text = render_study(report, options["format"])
        self.stdout.write(text, ending="" if text.endswith("\n") else "\n")

    def _wrote(self, path: Path, write: Callable[[], list[Path]]) -> None:
        try:
            for file in write():
                self.note(f"wrote {file}")
        except OSError as error:
            message = f"cannot write to {path}: {error.strerror or error}"
            raise StudyError(message) from error


def chosen(study: Study, options: dict[str, Any]) -> ReportOptions:
    """Return the report's options as the command line chose them."""
    mixed, seed = options["mixed"], options["seed"]
    return ReportOptions(
        interval=options["ci"],
        alpha=options["alpha"],
        exclusions=options["exclusions"],
        mixed=options["out"] is not None if mixed is None else mixed,
        compare_paper=options["compare_paper"],
        seed=study.seed if seed is None else seed,
        by=options["by"],
    )


def level(text: str) -> float:
    """Read a number between 0 and 1, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1.0:
        raise ArgumentTypeError(f"{text!r} is not a number between 0 and 1")
    return value
