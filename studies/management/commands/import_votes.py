"""manage.py import_votes FILE --study SLUG"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils import timezone

from studies.management.base import StudyCommand, add_study
from studies.management.progress import Bar
from studies.services.import_votes import import_votes


class Command(StudyCommand):
    help = (
        "Take in votes made elsewhere (csv or csv.gz: item_id, category, method, "
        "source_video, worker_id, vote; 1 = judged real; control: Real)."
    )
    go_on = "Nothing was stored: run the same command again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        add_study(parser)
        parser.add_argument("--title", default="", help="Its name for people.")

    def work(self, **options: Any) -> None:
        result = import_votes(
            options["file"],
            slug=options["study"],
            title=options["title"],
            now=timezone.now(),
            progress=Bar(),
        )
        slug = result.study.slug
        self.stdout.write(
            f"{slug}: {result.stored} votes stored, {result.known} known before"
        )
        self.stdout.write(f"Next: python manage.py report --study {slug}")
