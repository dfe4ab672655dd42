"""Print links that let people open a worker's account."""

import argparse
import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace import clock, services
from marketplace.services.invitations import MAX_USES

MAX_LINKS = 10_000


class Command(BaseCommand):
    help = "Print links that let people sign up, also while sign-up is closed"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=_count(MAX_LINKS), help="how many links")
        parser.add_argument(
            "--uses",
            type=_count(MAX_USES),
            default=1,
            help="accounts that each link opens (1)",
        )
        parser.add_argument(
            "--days", type=_count(365), default=14, help="days they hold (14)"
        )
        parser.add_argument("--note", default="", help="whom they are for, for you")
        parser.add_argument(
            "--out", type=Path, help="write them to this new CSV file instead"
        )

    def handle(
        self,
        number: int,
        uses: int,
        days: int,
        note: str,
        out: Path | None,
        **_: Any,
    ) -> None:
        if len(note) > 200:
            raise CommandError("--note is longer than 200 characters")
        if out is not None:
            _open_new(out)
        expires_at = clock.now() + timedelta(days=days)
        made = [
            services.invite(uses=uses, expires_at=expires_at, note=note)
            for _ in range(number)
        ]
        if out is None:
            for each in made:
                self.stdout.write(each.link)
            return
        with out.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(("link", "uses", "expires_at", "note"))
            rows.writerows(
                (each.link, uses, expires_at.isoformat(timespec="seconds"), note)
                for each in made
            )
        self.stdout.write(f"{number} links are in {out}; they are told nowhere else.")


def _count(most: int) -> Any:
    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = 0
        if not 1 <= number <= most:
            message = f"{text!r} is not a whole number from 1 to {most}"
            raise argparse.ArgumentTypeError(message)
        return number

    return read


def _open_new(path: Path) -> None:
    """Make the file, readable by its owner alone, before any link is made."""
    try:
        path.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise CommandError(f"--out {path}: {error.strerror}") from error
