"""manage.py look --study SLUG"""

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from studies.management.base import StudyCommand, add_study
from studies.selectors import get_study
from studies.services.looks import look_state, look_text, take_look, waiting


class Command(StudyCommand):
    help = "Take the next look that was declared, or print the last one."
    go_on = "A look is taken whole or not at all: ask again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument(
            "--number",
            type=int,
            default=0,
            metavar="N",
            help="That look: printed if it was taken, taken if it is the next one.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        look, new = take_look(study, now=timezone.now(), number=options["number"])
        state = look_state(study)
        # a look exists, and so does its plan
        assert state is not None
        said = "" if new else f" (taken on {timezone.localtime(look.at):%Y-%m-%d})"
        self.stdout.write(look_text(look, state.plan) + said)
        if look == state.last:
            self.stdout.write(state.meaning)
        if state.next_number:
            self.note(waiting(state) or f"look {state.next_number} can be taken now")
