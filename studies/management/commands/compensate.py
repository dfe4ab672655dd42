"""manage.py compensate --study SLUG [--session ID | --all]"""

from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from analysis.votes import counted
from studies.errors import StudyError
from studies.management.base import PayingCommand, add_study, dollars, operator
from studies.management.local_site import local_site
from studies.selectors import get_study
from studies.selectors.channels import recruiters_of
from studies.services.compensate import Owed, compensate_all, may_submit_yet, owed
from studies.services.settle import settle


class Command(PayingCommand):
    help = "List who finished and could not submit; pay them, each once."
    go_on = "Advance the study: what was written down is paid, each once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--session", metavar="ID", help="The recruiter's id of it, or its rater."
        )
        which.add_argument("--all", action="store_true", help="Everybody in the list.")
        parser.add_argument(
            "--yes-spend",
            type=dollars,
            metavar="TOTAL",
            help="The total that is shown, needed where money is real.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        rows = owed(study)
        if not rows:
            self.stdout.write(f"{study.slug}: nobody finished without submitting.")
        if waiting := may_submit_yet(study):
            self.stdout.write(
                f"{counted(waiting, 'rater')} finished and may submit yet: listed "
                "once the time is over."
            )
        for row in rows:
            self.stdout.write(_line(row))
        chosen = _chosen(rows, options["session"], everybody=options["all"])
        if not chosen:
            return
        total = sum((row.total_usd for row in chosen), Decimal("0.00"))
        self.stdout.write(f"In all ${total:.2f}")
        with local_site(*recruiters_of(study), tell=self.note):
            made = compensate_all(
                chosen, by=operator(), confirmed_usd=options["yes_spend"]
            )
            settle(study)
        self.stdout.write(
            f"{len(made)} compensated: {self.paid(made)} paid now, "
            "the others once they come."
        )


def _line(row: Owed) -> str:
    how = "open" if row.payment is None else row.payment.get_state_display().lower()
    return (
        f"{row.session.rater:32} {row.session.external_id:32} "
        f"${row.total_usd:.2f}  {row.problem or how}"
    )


def _chosen(rows: list[Owed], name: str | None, *, everybody: bool) -> list[Owed]:
    if name is None:
        return [row for row in rows if everybody and row.open]
    found = [
        row for row in rows if name in (row.session.external_id, row.session.rater)
    ]
    if len(found) != 1:
        raise StudyError(f"{name!r} names {len(found)} of these sessions, not one")
    return found
