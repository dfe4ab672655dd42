"""manage.py deliver [--every SECONDS]"""

from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

from marketplace import clock
from marketplace.services import deliver_due


class Command(BaseCommand):
    help = "Send requesters the notifications that are waiting, once or for ever."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every",
            type=float,
            metavar="SECONDS",
            help="Do it again so many seconds later, until stopped by Ctrl-C.",
        )

    def handle(self, *_: Any, every: float | None, **options: Any) -> None:
        if every is not None and every <= 0:
            raise CommandError(f"--every is {every}: give more than 0 seconds")
        never = Event()
        try:
            self._once(options["verbosity"])
            while every is not None and not never.wait(every):
                close_old_connections()
                self._once(options["verbosity"])
        except KeyboardInterrupt:
            self.stderr.write("stopped")

    def _once(self, verbosity: int) -> None:
        sent = deliver_due(clock.now())
        if sent and verbosity:
            self.stdout.write(f"{sent} notifications sent")
