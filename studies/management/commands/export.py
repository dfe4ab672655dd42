"""manage.py export --study SLUG --out votes.csv"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from studies.errors import StudyError
from studies.management.base import StudyCommand, add_study
from studies.selectors import get_study
from studies.services.export import write_export


class Command(StudyCommand):
    help = (
        "Write all votes of submitted sessions, counted or not, with hashed raters; "
        "beside them the sessions and a dictionary of all columns."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument(
            "--out", type=Path, required=True, metavar="FILE", help="E.g. votes.csv.gz"
        )

    def work(self, **options: Any) -> None:
        study, out = get_study(options["study"]), options["out"]
        try:
            files = write_export(study, out)
        except OSError as error:
            message = f"cannot write to {out}: {error.strerror or error}"
            raise StudyError(message) from error
        for file in files:
            self.stdout.write(str(file))
