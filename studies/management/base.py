"""What all commands share: errors without traceback, Ctrl-C, finding a study."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from getpass import getuser
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from studies.errors import StudyError
from studies.models import Payment
from studies.services.recruiting import RECRUITERS
from studies.services.shares import Share

INTERRUPTED = 130
MOST_USD = Decimal("99999999.99")
"""More than that is spent on no study: no cap can be set higher."""


class StudyCommand(BaseCommand):
    """A command that parses, calls a service and prints.

    `go_on` says how to go on after Ctrl-C; every service leaves a state from which
    the same command continues.
    """

    go_on: ClassVar[str] = "The same command continues from here."

    def handle(self, *_args: Any, **options: Any) -> None:
        if unmigrated():
            raise CommandError(
                "the database is not up to date: run python manage.py migrate first"
            )
        try:
            self.work(**options)
        except StudyError as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.note(f"\nStopped; nothing is lost. {self.go_on}")
            sys.exit(INTERRUPTED)

    def work(self, **options: Any) -> None:
        """Do it."""
        raise NotImplementedError

    def note(self, text: str) -> None:
        """Say something beside the output proper."""
        self.stderr.write(text, self.style.NOTICE)


class PayingCommand(StudyCommand):
    """A command that gives money beside the rewards."""

    def paid(self, made: Sequence[Payment]) -> int:
        """Return how many of these payments are paid; say what holds up the others."""
        for payment in made:
            payment.refresh_from_db()
            if payment.problem:
                self.note(f"problem: {payment.assignment.rater}: {payment.problem}")
        return sum(payment.state == Payment.State.CONFIRMED for payment in made)


def operator() -> str:
    """Who types, for the log."""
    try:
        return getuser()
    except (OSError, KeyError):
        # a container's user may have no name
        return "the command line"


def unmigrated() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def add_study(parser: ArgumentParser, *, required: bool = True) -> None:
    parser.add_argument(
        "--study", metavar="SLUG", required=required, help="The study's short name."
    )


def share(text: str) -> str:
    """Check one recruiter of `--recruiter mturk --recruiter link=20`, for argparse."""
    try:
        name = Share.read(text).recruiter
    except StudyError as error:
        raise ArgumentTypeError(str(error)) from error
    if name not in RECRUITERS:
        known = ", ".join(sorted(RECRUITERS))
        raise ArgumentTypeError(f"there is no recruiter {name!r} (choose from {known})")
    return text


def dollars(text: str) -> Decimal:
    """Read an amount of dollars, for argparse."""
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise ArgumentTypeError(f"{text!r} is not an amount of dollars like 12.50")
    if amount > MOST_USD:
        raise ArgumentTypeError(f"{text!r} is more than {MOST_USD:,.2f} dollars")
    return amount
