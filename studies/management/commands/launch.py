"""manage.py launch --study SLUG --recruiter mturk"""

from argparse import ArgumentParser
from typing import Any

from analysis.votes import counted
from studies.management.base import StudyCommand, add_study, dollars
from studies.management.local_site import local_site
from studies.models import Study
from studies.selectors import get_study
from studies.services.launch_plan import LaunchPlan, plan
from studies.services.publish import launch
from studies.services.recruiting import RECRUITERS


class Command(StudyCommand):
    help = "Freeze a study's rules, publish it and start to recruit."
    go_on = "Run the same command again: what is published is not published twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument("--recruiter", choices=sorted(RECRUITERS), required=True)
        parser.add_argument(
            "--yes-spend",
            type=dollars,
            metavar="USD",
            help="The total shown by the plan, needed where money is real.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        name = options["recruiter"]
        with local_site(name, tell=self.note):
            if study.state == Study.State.READY:
                self._show(plan(study, name))
            study = launch(study, name, confirmed_usd=options["yes_spend"])
        self.stdout.write(f"{study.slug} is {study.get_state_display().lower()}.")
        url = study.postings.values_list("url", flat=True).last()
        if url:
            self.stdout.write(f"Raters find it at {url}")
        if study.recruiter == "link":
            self.note(
                f"Personal links: manage.py invite --study {study.slug} --number N"
            )

    def _show(self, cost: LaunchPlan) -> None:
        self.stdout.write(f"Recruits on {cost.recruiter_text}")
        self.stdout.write(
            f"{counted(cost.items, 'item')}, {counted(cost.votes, 'vote')}: "
            f"{counted(cost.sessions, 'session')} of "
            f"{counted(cost.session_items, 'item')}, on "
            f"{counted(cost.postings, 'posting')} of at most "
            f"{counted(cost.places_per_posting, 'place')}"
        )
        self.stdout.write(
            f"Rewards ${cost.rewards_usd:.2f} + fees ${cost.fees_usd:.2f} "
            f"= ${cost.total_usd:.2f}"
        )
        for warning in cost.warnings:
            self.note(f"warning: {warning}")
