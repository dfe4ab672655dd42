"""manage.py invite --study SLUG --number N"""

import csv
from argparse import ArgumentParser
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from analysis.votes import counted
from studies.errors import StudyError
from studies.management.base import StudyCommand, add_study
from studies.recruiters.link import Invitation
from studies.selectors import get_study
from studies.services.inviting import invite


class Command(StudyCommand):
    help = "Make personal links to a study that was launched with --recruiter link."
    go_on = "Run it again for new links; those printed before stay good."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument(
            "--number", type=int, required=True, help="How many people to invite."
        )
        parser.add_argument(
            "--out", type=Path, metavar="FILE", help="Write this new CSV file instead."
        )

    def work(self, **options: Any) -> None:
        study, out = get_study(options["study"]), options["out"]
        if out is not None and out.exists():
            raise StudyError(f"{out} is there already: choose another name")
        text = _csv(invite(study, options["number"]))
        if out is None:
            self.stdout.write(text, ending="")
            return
        try:
            # links are keys: for the eyes of their owner alone
            out.touch(mode=0o600, exist_ok=False)
            out.write_text(text)
        except OSError as error:
            message = f"cannot write to {out}: {error.strerror or error}"
            raise StudyError(message) from error
        self.note(f"wrote {counted(options['number'], 'link')} to {out}")


def _csv(links: Sequence[Invitation]) -> str:
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(("number", "rater", "link"))
    for number, link in enumerate(links, start=1):
        rows.writerow((number, f"link:{link.name}", link.url))
    return text.getvalue()
