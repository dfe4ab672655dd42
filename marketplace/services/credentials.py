"""Passwords: changed by who knows the old one, reset by who reads the mail."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.crypto import salted_hmac

from marketplace.errors import WorkerRefusalError
from marketplace.links import public_link
from marketplace.models import Worker
from marketplace.services import limits, mail

RESET_WITHIN = timedelta(hours=2)
_SALT = "marketplace.reset"
_MAX_ACCOUNTS = 5


def check_own_password(worker: Worker, password: str, now: datetime) -> None:
    """Raise ValidationError for `old_password` when it is not the worker's.

    Raises WorkerRefusalError "too-many" after ten wrong ones.
    """
    limits.check(limits.OLD_PASSWORDS, worker.worker_id, now)
    if not check_password(password, worker.password):
        limits.take(limits.OLD_PASSWORDS, worker.worker_id, now)
        raise ValidationError({"old_password": "This is not your password."})


def change_password(worker: Worker, old: str, new: str, now: datetime) -> None:
    """Give the account a new password, which ends all other sessions.

    Raises ValidationError (old_password, password), WorkerRefusalError "too-many".
    """
    check_own_password(worker, old, now)
    _set_password(worker, new)


def ask_for_reset(email: str, now: datetime, *, network: str | None) -> None:
    """Mail a link to every account that has shown the address to be its own.

    Tells nobody whether there is one. Raises WorkerRefusalError "too-many".
    """
    limits.take(limits.RESETS_BY_NETWORK, network, now)
    limits.take(limits.RESETS, email.strip().lower(), now)
    found = Worker.objects.filter(
        email__iexact=email.strip(), email_verified_at__isnull=False, is_active=True
    )
    for worker in found.order_by("pk")[:_MAX_ACCOUNTS]:
        token = signing.dumps([worker.pk, _state(worker)], salt=_SALT)
        mail.send(
            worker.email,
            "A new password",
            f"Somebody, most likely you, asked for a new password for the account"
            f" {worker.name} ({worker.worker_id}). Choose it here:\n\n"
            f"{public_link('reset', token)}\n\nThe link holds for two hours and once."
            " If it was not you, there is nothing to do: your password stays.\n",
        )


def to_reset(token: str) -> Worker:
    """Whose password a link may set; WorkerRefusalError "stale" when it may not."""
    try:
        pk, state = signing.loads(token, salt=_SALT, max_age=RESET_WITHIN)
    except signing.BadSignature:
        pk, state = 0, ""
    worker = Worker.objects.filter(pk=pk, is_active=True).first()
    if worker is None or state != _state(worker):
        raise WorkerRefusalError(
            "stale",
            "This link does not hold: it was used before, or is older than two hours."
            " Ask for a new one.",
        )
    return worker


def reset_password(token: str, new: str) -> Worker:
    """Set the password and end all sessions; the link holds once.

    Raises WorkerRefusalError "stale", ValidationError (password).
    """
    worker = to_reset(token)
    _set_password(worker, new)
    Worker.objects.filter(pk=worker.pk).update(failed_sign_ins=0, locked_until=None)
    return worker


def _set_password(worker: Worker, password: str) -> None:
    try:
        validate_password(password)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    before = worker.password
    worker.password = make_password(password)
    # conditional: of two who change it at once, the second must know the new one
    changed = Worker.objects.filter(pk=worker.pk, password=before).update(
        password=worker.password
    )
    if changed == 0:
        raise WorkerRefusalError(
            "stale", "The password was changed a moment ago. Sign in with the new one."
        )


def _state(worker: Worker) -> str:
    # the link ends with the password it replaces, and with the address it went to
    return salted_hmac(_SALT, f"{worker.password} {worker.email}").hexdigest()[:24]
