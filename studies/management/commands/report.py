"""manage.py report --study SLUG"""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any, get_args

from analysis.intervals import Kind
from analysis.render import FORMATS
from studies.errors import StudyError
from studies.management.base import StudyCommand, add_study
from studies.selectors import get_study
from studies.services.report import BY, render_report, write


class Command(StudyCommand):
    help = "Print the table: how often people took each system's output for real."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument("--format", choices=FORMATS, default="text")
        parser.add_argument(
            "--out", type=Path, metavar="DIR", help="Write every format there as well."
        )
        parser.add_argument(
            "--by", choices=BY, default="", help="A table for each of them as well."
        )
        parser.add_argument(
            "--ci",
            choices=get_args(Kind),
            default="twoway",
            help="Intervals: clustered by rater and clip (default), or naive ones.",
        )
        parser.add_argument(
            "--alpha",
            type=level,
            default=0.05,
            help="1 - confidence of the intervals (default 0.05).",
        )

    def work(self, **options: Any) -> None:
        study, out = get_study(options["study"]), options["out"]
        kind: Kind = options["ci"]
        alpha, by = options["alpha"], options["by"]
        if out is not None:
            try:
                files = write(study, out, interval=kind, alpha=alpha, by=by)
            except OSError as error:
                message = f"cannot write to {out}: {error.strerror or error}"
                raise StudyError(message) from error
            for file in files:
                self.note(f"wrote {file}")
        text = render_report(
            study, options["format"], interval=kind, alpha=alpha, by=by
        )
        self.stdout.write(text, ending="" if text.endswith("\n") else "\n")


def level(text: str) -> float:
    """Read a number between 0 and 1, for argparse."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < 1.0:
        raise ArgumentTypeError(f"{text!r} is not a number between 0 and 1")
    return value
