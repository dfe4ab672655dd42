"""manage.py launch --study SLUG --recruiter mturk --recruiter link=20"""

from argparse import ArgumentParser
from typing import Any

from analysis.votes import counted
from studies.management.base import StudyCommand, add_study, dollars, share
from studies.management.local_site import local_site
from studies.models import Study
from studies.recruiters.link import LinkRecruiter
from studies.selectors import get_study
from studies.selectors.channels import recruiters_of
from studies.services.launch_plan import LaunchPlan, PlanLine, plan
from studies.services.publish import launch
from studies.services.recruiting import RECRUITERS
from studies.services.shares import read_shares


class Command(StudyCommand):
    help = "Freeze a study's rules, publish it and start to recruit."
    go_on = "Run the same command again: what is published is not published twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument(
            "--recruiter",
            action="append",
            type=share,
            required=True,
            metavar="NAME[=SESSIONS]",
            help=f"One of {', '.join(RECRUITERS)}, with the number of its sessions or "
            "without one for all that the others leave. May be given several times.",
        )
        parser.add_argument(
            "--yes-spend",
            type=dollars,
            metavar="USD",
            help="The total shown by the plan, needed where money is real.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        asked = options["recruiter"]
        names = [each.recruiter for each in read_shares(asked)]
        with local_site(*names, tell=self.note):
            if study.state == Study.State.READY:
                self._show(plan(study, *asked))
            study = launch(study, *asked, confirmed_usd=options["yes_spend"])
        self.stdout.write(f"{study.slug} is {study.get_state_display().lower()}.")
        for name in recruiters_of(study):
            mine = study.postings.filter(recruiter=name)
            if url := mine.values_list("url", flat=True).last():
                self.stdout.write(f"Raters by {name} find it at {url}")
            if name == LinkRecruiter.name:
                self.note(
                    f"Personal links: manage.py invite --study {study.slug} --number N"
                )

    def _show(self, cost: LaunchPlan) -> None:
        for line in cost.lines:
            self.stdout.write(f"Recruits on {line.text}")
        self.stdout.write(
            f"{counted(cost.items, 'item')}, {counted(cost.votes, 'vote')}: "
            f"{counted(cost.sessions, 'session')} of "
            f"{counted(cost.session_items, 'item')}"
        )
        for line in cost.lines:
            self.stdout.write(price_text(line))
        if len(cost.lines) > 1:
            self.stdout.write(f"In all ${cost.total_usd:.2f}")
        for warning in cost.warnings:
            self.note(f"warning: {warning}")


def price_text(line: PlanLine) -> str:
    """Say in one line what a recruiter sells and what it costs."""
    return (
        f"{line.recruiter}: {counted(line.sessions, 'session')} on "
        f"{counted(line.postings, 'posting')} of at most "
        f"{counted(line.places_per_posting, 'place')}; "
        f"rewards ${line.rewards_usd:.2f} + fees ${line.fees_usd:.2f} "
        f"= ${line.total_usd:.2f}"
    )
