"""The first account, so that nobody has to make one by hand."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

from evalsite.logins import give_login

NAME = "admin"


class Command(BaseCommand):
    help = (
        "Make the user 'admin' with a random password, printed once, when there is "
        "no administrator yet. Run again it does nothing."
    )

    def handle(self, **_options: Any) -> None:
        if User.objects.filter(is_superuser=True).exists():
            return
        if User.objects.filter(username=NAME).exists():
            self.stderr.write(f"The user {NAME} was there; it is administrator now.")
        self.stdout.write(
            f"First login: user {NAME}, password {give_login(NAME)}\n"
            "It is shown this once; change it in the admin under Users."
        )
