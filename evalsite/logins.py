"""Logins for those who administer the site."""

import secrets

from django.contrib.auth.models import User

_BYTES = 12


def give_login(name: str) -> str:
    """Make `name` an administrator with a new random password, and return that.

    Somebody of that name keeps the account: this also helps who forgot a password.
    """
    password = secrets.token_urlsafe(_BYTES)
    user, _ = User.objects.get_or_create(username=name)
    user.is_staff = user.is_superuser = user.is_active = True
    user.set_password(password)
    user.save()
    return password
