"""manage.py advance --study SLUG | --all"""

from argparse import ArgumentParser
from typing import Any

from studies.errors import StudyError
from studies.management.base import StudyCommand
from studies.management.local_site import local_site
from studies.selectors import get_study
from studies.selectors.channels import recruiters_of
from studies.services.collect import advance, advance_all


class Command(StudyCommand):
    help = "Pull submissions, pay, top up, close: as far as a study can go now."
    go_on = "Run the same command again: nothing is paid or published twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--study", metavar="SLUG", help="The study's short name.")
        which.add_argument("--all", action="store_true", help="All that are running.")

    def work(self, **options: Any) -> None:
        if options["all"]:
            with local_site("mturk", tell=self.note):
                failed = advance_all(self.stdout.write)
            if failed:
                raise StudyError(f"{failed} of the studies could not be advanced")
            return
        study = get_study(options["study"])
        with local_site(*recruiters_of(study), tell=self.note):
            result = advance(study)
        self.stdout.write(f"{study.slug}: {result.text()}")
        for problem in result.problems:
            self.note(f"problem: {problem}")
