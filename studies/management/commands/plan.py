"""manage.py plan --study SLUG, or with numbers alone"""

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.planning import Price, add_plan_arguments, run_plan
from studies.errors import StudyError
from studies.management.base import StudyCommand, add_study, dollars
from studies.management.progress import Bar
from studies.selectors import get_study, votes_frame
from studies.services.planning import session_prices, study_input, study_prices
from studies.services.recruiting import RECRUITERS

if TYPE_CHECKING:
    import pandas as pd


class Command(StudyCommand):
    help = (
        "Say what a study of a given size can show: expected intervals, smallest "
        "differences, power, and what it takes to decide."
    )
    go_on = "Nothing was stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser, required=False)
        add_plan_arguments(parser, site=True)
        parser.add_argument(
            "--reward",
            type=dollars,
            metavar="USD",
            help="Per session, without --study.",
        )
        parser.add_argument(
            "--session-items", type=int, default=10, metavar="N", help="Default: 10."
        )
        parser.add_argument(
            "--recruiter",
            action="append",
            choices=list(RECRUITERS),
            help="Whose prices are shown; may be given again (default: all that cost).",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"]) if options["study"] else None
        asked = Namespace(**options)
        try:
            text = run_plan(
                asked,
                base=study_input(study) if study else None,
                pilot=pilot_votes(options["pilot"]),
                prices=prices(asked),
                progress=Bar(),
            )
        except ValueError as error:
            raise StudyError(str(error)) from error
        self.stdout.write(text, ending="")


def prices(asked: Namespace) -> tuple[Price, ...]:
    """Return what a session costs at the recruiters asked for."""
    names = asked.recruiter or ()
    if asked.study:
        return study_prices(get_study(asked.study), names)
    if asked.reward is None:
        return ()
    return session_prices(asked.reward, max(1, asked.session_items), names)


def pilot_votes(pilot: str | None) -> "pd.DataFrame | None":
    """Return the votes of the study of this name; None leaves it to be a file."""
    if not pilot or Path(pilot).exists():
        return None
    return votes_frame(get_study(pilot))
