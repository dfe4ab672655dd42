"""manage.py bonus --study SLUG --all --amount 0.50 --reason TEXT"""

from argparse import ArgumentParser
from typing import Any

from analysis.votes import counted
from studies.management.base import PayingCommand, add_study, dollars, operator
from studies.management.local_site import local_site
from studies.models import Assignment, Study
from studies.selectors import get_study
from studies.selectors.channels import recruiters_of
from studies.services.bonuses import (
    BonusOrder,
    bonus_sessions,
    find_session,
    order_bonuses,
    plan_bonuses,
)
from studies.services.settle import settle


class Command(PayingCommand):
    help = "Give one session a bonus, or all sessions whose votes are used."
    go_on = "Advance the study: what was written down is sent, each bonus once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--session", metavar="ID", help="The recruiter's id of it, or its rater."
        )
        which.add_argument(
            "--all", action="store_true", help="Every session whose votes are used."
        )
        parser.add_argument(
            "--amount", type=dollars, required=True, metavar="USD", help="For each."
        )
        parser.add_argument("--reason", required=True, help="The raters read it.")
        parser.add_argument(
            "--again",
            action="store_true",
            help="Also to who had this amount for this reason before.",
        )
        parser.add_argument(
            "--yes-spend",
            type=dollars,
            metavar="TOTAL",
            help="The total that is shown, needed where money is real.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        order = BonusOrder(options["amount"], options["reason"], options["again"])
        with local_site(*recruiters_of(study), tell=self.note):
            planned = plan_bonuses(study, _sessions(study, options["session"]), order)
            self.stdout.write(
                f"{counted(len(planned.sessions), 'session')}: "
                f"bonuses ${planned.bonuses_usd:.2f} + fees ${planned.fees_usd:.2f} "
                f"= ${planned.total_usd:.2f}"
            )
            amount = options["yes_spend"]
            made = order_bonuses(study, planned, by=operator(), confirmed_usd=amount)
            settle(study)
        paid = self.paid(made)
        self.stdout.write(f"{paid} of {counted(len(made), 'session')} paid.")


def _sessions(study: Study, name: str | None) -> list[Assignment]:
    if name is not None:
        return [find_session(study, name)]
    used = bonus_sessions(study).filter(used=True)
    return list(used.select_related("posting"))
