"""manage.py close --study SLUG"""

from argparse import ArgumentParser
from typing import Any

from studies.management.base import StudyCommand, add_study
from studies.management.local_site import local_site
from studies.selectors import get_study
from studies.selectors.channels import recruiters_of
from studies.services.collect import advance
from studies.services.publish import close


class Command(StudyCommand):
    help = "Take no further raters; those at work may finish and are paid."
    go_on = "It is closing; advance or close it again to go on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        with local_site(*recruiters_of(study), tell=self.note):
            result = advance(close(study))
        self.stdout.write(f"{study.slug}: {result.text()}")
