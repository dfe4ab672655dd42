"""manage.py recruit --study SLUG --recruiter link --sessions 20"""

from argparse import ArgumentParser
from typing import Any

from studies.errors import StudyError
from studies.management.base import StudyCommand, add_study, dollars
from studies.management.commands.launch import price_text
from studies.management.local_site import local_site
from studies.models import Study
from studies.selectors import get_study
from studies.services.channels import plan_recruiting, recruit, stop
from studies.services.recruiting import RECRUITERS


class Command(StudyCommand):
    help = "Let one more recruiter sell sessions of a live study, or stop one."
    go_on = "Advance the study: what was begun is published or stopped then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument("--recruiter", choices=sorted(RECRUITERS), required=True)
        parser.add_argument(
            "--sessions",
            type=int,
            metavar="N",
            help="How many more; without it, as many as the study still lacks.",
        )
        parser.add_argument(
            "--stop", action="store_true", help="Take no more raters through it."
        )
        parser.add_argument(
            "--yes-spend",
            type=dollars,
            metavar="USD",
            help="The sum that is shown, needed where money is real.",
        )

    def work(self, **options: Any) -> None:
        study, name = get_study(options["study"]), options["recruiter"]
        if options["stop"] and options["sessions"] is not None:
            raise StudyError("--stop and --sessions exclude each other: give one")
        with local_site(name, tell=self.note):
            if options["stop"]:
                stop(study, name)
                self.stdout.write(f"{study.slug} takes no more raters through {name}.")
                return
            self._recruit(study, name, options)

    def _recruit(self, study: Study, name: str, options: dict[str, Any]) -> None:
        line = plan_recruiting(study, name, options["sessions"])
        self.stdout.write(f"Recruits on {line.text}")
        self.stdout.write(price_text(line))
        recruit(study, name, line.sessions, confirmed_usd=options["yes_spend"])
        mine = study.postings.filter(recruiter=name)
        if url := mine.order_by("number").values_list("url", flat=True).last():
            self.stdout.write(f"Raters by {name} find it at {url}")
