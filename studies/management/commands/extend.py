"""manage.py extend --study SLUG --posting 2 --places 9"""

from argparse import ArgumentParser
from typing import Any

from analysis.votes import counted
from studies.management.base import StudyCommand, add_study, dollars
from studies.management.local_site import local_site
from studies.selectors import get_study
from studies.selectors.channels import recruiters_of
from studies.services.extending import extend, plan_extension


class Command(StudyCommand):
    help = "Grow a posting, or let it take raters again where its time is over."
    go_on = "Advance the study: what was written down is told to the recruiter then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument(
            "--posting", type=int, required=True, metavar="NUMBER", help="Which one."
        )
        parser.add_argument(
            "--places", type=int, required=True, help="How many it holds in all."
        )
        parser.add_argument(
            "--yes-spend",
            type=dollars,
            metavar="USD",
            help="The sum that is shown, needed where money is real.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        number, places = options["posting"], options["places"]
        with local_site(*recruiters_of(study), tell=self.note):
            line = plan_extension(study, number, places)
            self.stdout.write(
                f"{counted(line.sessions, 'place')} more: ${line.total_usd:.2f}"
            )
            amount = options["yes_spend"]
            posting = extend(study, number, places, confirmed_usd=amount)
        until = f" until {posting.expires_at:%F %H:%M %Z}" if posting.expires_at else ""
        self.stdout.write(
            f"Posting {number} holds {counted(posting.places, 'place')}{until}."
        )
