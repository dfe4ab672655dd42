"""manage.py build --study SLUG"""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings

from studies.management.base import StudyCommand, add_study
from studies.management.progress import Bar
from studies.selectors import get_study
from studies.services.stimuli import build


class Command(StudyCommand):
    help = "Encode every stimulus of a study; what is built already is kept."
    go_on = "Run the same command again: clips that are done are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument(
            "--workers",
            type=int,
            default=settings.BUILD_WORKERS,
            help="Clips at a time; 0 (default): one per core.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        result = build(study, workers=options["workers"], progress=Bar())
        self.stdout.write(
            f"{study.slug}: {result.stimuli} stimuli and {result.catches} catch "
            f"files; {result.built} built, {result.kept} kept, {result.seconds:.1f} s"
        )
        self.stdout.write(
            f"Next: python manage.py launch --study {study.slug} --recruiter mturk"
        )
