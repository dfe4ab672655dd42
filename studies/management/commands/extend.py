"""manage.py extend --study SLUG [--posting 2 --places 9]"""

from argparse import ArgumentParser
from typing import Any

from analysis.votes import counted
from studies.errors import StudyError
from studies.management.base import StudyCommand, add_study, dollars
from studies.management.local_site import local_site
from studies.models import Assignment, Posting
from studies.selectors import get_study
from studies.selectors.channels import recruiters_of
from studies.services.extending import extend, plan_extension, published


class Command(StudyCommand):
    help = (
        "Grow a posting, or let it take raters again where its time is over. Without "
        "--posting and --places, list the postings."
    )
    go_on = "Advance the study: what was written down is told to the recruiter then."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument(
            "--posting", type=int, metavar="NUMBER", help="Which one of those listed."
        )
        parser.add_argument("--places", type=int, help="How many it holds in all.")
        parser.add_argument(
            "--yes-spend",
            type=dollars,
            metavar="USD",
            help="The sum that is shown, needed where money is real.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        number, places = options["posting"], options["places"]
        if number is None and places is None:
            self.stdout.write("\n".join(map(_line, published(study))))
            return
        if number is None or places is None:
            raise StudyError("--posting and --places go together; neither lists them")
        with local_site(*recruiters_of(study), tell=self.note):
            line = plan_extension(study, number, places)
            self.stdout.write(
                f"{counted(line.sessions, 'place')} more: ${line.total_usd:.2f}"
            )
            amount = options["yes_spend"]
            posting = extend(study, number, places, confirmed_usd=amount)
        holds = counted(posting.places, "place")
        self.stdout.write(f"Posting {number} holds {holds}{_until(posting)}.")


def _line(posting: Posting) -> str:
    taken = posting.assignments.exclude(state__in=Assignment.GONE).count()
    state = posting.get_state_display().lower()
    return (
        f"{posting.number:3}  {posting.recruiter:9} {taken} of "
        f"{counted(posting.places, 'place')} taken  {state}"
        + (_until(posting) if posting.state == Posting.State.OPEN else "")
    )


def _until(posting: Posting) -> str:
    return f" until {posting.expires_at:%F %H:%M %Z}" if posting.expires_at else ""
