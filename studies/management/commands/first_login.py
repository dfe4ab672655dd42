"""The first account, so that nobody has to make one by hand."""

import secrets
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand

NAME = "admin"
PASSWORD_BYTES = 12


class Command(BaseCommand):
    help = (
        "Make the user 'admin' with a random password, printed once, when there is "
        "no administrator yet. Run again it does nothing."
    )

    def handle(self, **_options: Any) -> None:
        if User.objects.filter(is_superuser=True).exists():
            return
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        user, made = User.objects.get_or_create(username=NAME)
        if not made:
            self.stderr.write(f"The user {NAME} was there; it is administrator now.")
        user.is_staff = user.is_superuser = user.is_active = True
        user.set_password(password)
        user.save()
        self.stdout.write(
            f"First login: user {NAME}, password {password}\n"
            "It is shown this once; change it in the admin under Users."
        )
