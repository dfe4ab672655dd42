"""The marketplace for those who want only that: served, and run, from one command."""

import os
import socket
import sys
from argparse import REMAINDER, ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from evalsite.logins import give_login
from evalsite.processes import run_together
from marketplace import conf, money, services
from marketplace.models import Requester
from marketplace.services.requesters import AccessKey

PORT = 8001
PROGRAM = "python manage.py marketplace"


class Command(BaseCommand):
    help = (
        "The marketplace alone, with a database of its own. Without a further word it "
        "is served; `key`, `deposit`, `requesters`, `login` and `run` look after it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=_port(), help="port to listen on: %(default)s"
        )
        parser.add_argument("--bind", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--threads", type=int, default=16)
        words = parser.add_subparsers(dest="word", metavar="WORD")
        key = words.add_parser("key", help="a requester's access key")
        key.add_argument("name", help="who publishes, such as 'Perception lab'")
        key.add_argument("--deposit", default="", help="prepaid dollars: 100.00")
        key.add_argument(
            "--renew", action="store_true", help="a new key; the old one ends"
        )
        more = words.add_parser("deposit", help="add to a requester's prepaid funds")
        more.add_argument("name")
        more.add_argument("amount", help="dollars: 100.00")
        words.add_parser("requesters", help="who may publish, and their funds")
        login = words.add_parser("login", help="an administrator's new password")
        login.add_argument("name", nargs="?", default="admin")
        run = words.add_parser("run", help="another command, such as invite_workers")
        run.add_argument("command", nargs=REMAINDER)

    def handle(self, *_args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        word = options["word"] or "serve"
        try:
            getattr(self, f"_{word}")(options)
        except ValueError as error:
            raise CommandError(f"{error}.") from error

    def _serve(self, options: dict[str, Any]) -> None:
        if apps.is_installed("studies"):
            raise CommandError(
                "These are the site's settings: script/serve serves the marketplace"
                " in it. Unset DJANGO_SETTINGS_MODULE to serve it alone."
            )
        port = options["port"]
        if _is_taken(options["bind"], port):
            raise CommandError(
                f"Port {port} is taken: stop what listens there or give --port."
            )
        here = _address(port)
        call_command("first_login", stdout=self.stdout)
        self.stdout.write(
            f"Workers sign up and work at  {here}/\n"
            f"Requesters' tools call        {here}/api/\n"
            f"You administer it at          {here}/admin/"
        )
        if not Requester.objects.exists():
            self.stdout.write(
                "Nobody can publish yet. In another terminal:\n"
                f"  {PROGRAM}{'' if port == _port() else f' --port {port}'}"
                " key NAME --deposit 100.00"
            )
        self.stdout.flush()
        os.environ["MARKETPLACE_URL"] = here
        every = str(settings.MARKETPLACE_NOTIFY_EVERY_SECONDS)
        run_together(
            (
                *("-m", "gunicorn", "evalsite.wsgi", "--workers", "1"),
                *("--bind", f"{options['bind']}:{port}"),
                *("--threads", str(options["threads"]), "--keep-alive", "60"),
                *("--timeout", "300", "--log-level", "warning"),
            ),
            (sys.argv[0], "deliver", "--verbosity", "0", "--every", every),
        )

    def _key(self, options: dict[str, Any]) -> None:
        if options["renew"]:
            requester = _named(options["name"])
            if options["deposit"]:
                services.deposit(requester, options["deposit"])
            self._show(services.issue_key(requester), options["port"])
        elif Requester.objects.filter(name=options["name"]).exists():
            raise CommandError(
                f"There is a requester {options['name']!r} already: --renew gives a new"
                " key, and the old one ends."
            )
        else:
            self._show(
                services.enrol(options["name"], options["deposit"]), options["port"]
            )

    def _show(self, key: AccessKey, port: int) -> None:
        self.stdout.write(
            f"export AWS_ACCESS_KEY_ID={key.access_key_id}\n"
            f"export AWS_SECRET_ACCESS_KEY={key.secret_access_key}\n"
            "export AWS_DEFAULT_REGION=us-east-1\n"
            f"export AWS_ENDPOINT_URL_MTURK={_address(port)}/api/"
        )
        self.stderr.write("The secret is shown this once: copy it now.")

    def _deposit(self, options: dict[str, Any]) -> None:
        requester = _named(options["name"])
        services.deposit(requester, options["amount"])
        self.stdout.write(_funds(requester))

    def _requesters(self, _options: dict[str, Any]) -> None:
        for requester in Requester.objects.order_by("name", "pk"):
            self.stdout.write(_funds(requester))

    def _run(self, options: dict[str, Any]) -> None:
        # anew, so that the settings too know the address that is served
        os.environ["MARKETPLACE_URL"] = _address(options["port"])
        command = (sys.executable, sys.argv[0], *options["command"])
        os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted

    def _login(self, options: dict[str, Any]) -> None:
        self.stdout.write(
            f"User {options['name']}, password {give_login(options['name'])}\n"
            "It is shown this once; change it in the admin under Users."
        )


def _named(name: str) -> Requester:
    found = list(Requester.objects.filter(name=name)[:2])
    if len(found) != 1:
        many = "There are several requesters" if found else "There is no requester"
        raise CommandError(f"{many} of the name {name!r}: see `marketplace requesters`")
    return found[0]


def _funds(requester: Requester) -> str:
    funds = services.balances(requester)
    closed = "" if requester.is_active else "   closed"
    return (
        f"{requester.name}   {requester.access_key_id}"
        f"   ${money.dollars(funds.available_cents)} free,"
        f" ${money.dollars(funds.held_cents)} on hold{closed}"
    )


def _port() -> int:
    """The port unless one is given: on this machine, that of the address set."""
    given = urlsplit(settings.MARKETPLACE_URL)
    here = given.scheme == "http" and conf.is_loopback(given.hostname or "")
    return (here and given.port) or PORT


def _address(port: int) -> str:
    """Where workers reach it: on this machine the port that is served, else as set."""
    given = urlsplit(settings.MARKETPLACE_URL)
    if given.scheme == "https" or not conf.is_loopback(given.hostname or ""):
        return conf.public_url()
    return f"http://{given.hostname}:{port}"


def _is_taken(bind: str, port: int) -> bool:
    host = "127.0.0.1" if bind in {"0.0.0.0", "::"} else bind  # noqa: S104 - compared
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
