"""manage.py import_votes FILE --study SLUG"""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.utils import timezone

from analysis.votes import BatchOptions, counted, parse_columns
from studies.management.base import StudyCommand, add_study
from studies.management.progress import Bar
from studies.services.import_votes import import_votes


class Command(StudyCommand):
    help = (
        "Take in votes made elsewhere (csv or csv.gz: item_id, category, method, "
        "source_video, worker_id, vote; 1 = judged real; control: Real), or the "
        "results file of an MTurk batch as the requester site exports it."
    )
    go_on = "Nothing was stored: run the same command again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        add_study(parser)
        parser.add_argument("--title", default="", help="Its name for people.")
        batch = parser.add_argument_group(
            "MTurk batch files", "where Input.* and Answer.* have other names"
        )
        batch.add_argument(
            "--columns",
            type=columns,
            default={},
            metavar="NAME=COLUMN,...",
            help="E.g. 'category=Input.cat,vote=Answer.q#' (#: the item's number).",
        )
        batch.add_argument(
            "--real", default="", metavar="VALUE", help="The answer that says real."
        )
        batch.add_argument(
            "--keep-rejected",
            action="store_true",
            help="Take in the votes of rejected assignments too.",
        )

    def work(self, **options: Any) -> None:
        result = import_votes(
            options["file"],
            slug=options["study"],
            title=options["title"],
            now=timezone.now(),
            options=BatchOptions(
                options["columns"], options["real"], options["keep_rejected"]
            ),
            progress=Bar(),
        )
        for text in result.notes:
            self.note(text)
        slug = result.study.slug
        self.stdout.write(
            f"{slug}: {counted(result.stored, 'vote')} stored, {result.known} known "
            "before"
        )
        self.stdout.write(f"Next: python manage.py report --study {slug}")


def columns(text: str) -> dict[str, str]:
    """Read `--columns`, for argparse."""
    try:
        return parse_columns(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
