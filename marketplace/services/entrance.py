"""Joining the marketplace, and showing that an e-mail address is one's own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.encoding import punycode

from marketplace import conf
from marketplace.errors import WorkerRefusalError
from marketplace.links import public_link
from marketplace.models import Worker
from marketplace.services import limits, mail
from marketplace.services.credentials import check_own_password
from marketplace.services.invitations import claim_invitation, invitation_of
from marketplace.services.workers import new_worker, save_new

VERIFY_WITHIN = timedelta(days=2)
_SALT = "marketplace.verify"


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody gives to become a worker; `invitation` is a code, or empty."""

    name: str
    password: str
    worker_id: str | None = None
    country: str = ""
    subdivision: str = ""
    email: str = ""
    invitation: str = ""


def check_welcome(invitation: str, now: datetime) -> None:
    """Raise WorkerRefusalError "not-invited" for who need not fill in a form.

    `invitation` is a code, or empty.
    """
    if invitation:
        invitation_of(invitation, now)
    elif not conf.open_signup():
        raise WorkerRefusalError(
            "not-invited",
            "Accounts are opened by invitation. Ask those who run this marketplace for"
            " one.",
        )


def join(
    application: Application, now: datetime, *, network: str | None = None
) -> Worker:
    """Open an account, by invitation or because sign-up is open, and mail its link.

    `network` is where the visitor comes from; see `limits`. Raises WorkerRefusalError
    (not-invited, too-many) and ValidationError naming the field.
    """
    check_welcome(application.invitation, now)
    if not application.invitation:
        limits.check(limits.SIGN_UPS, network, now)
        limits.take(limits.SIGN_UP_TRIES, network, now)
    email = _checked(application.email)
    worker = new_worker(
        application.name,
        application.password,
        worker_id=application.worker_id,
        country=application.country,
        subdivision=application.subdivision,
    )
    worker.email = email
    _open(worker, application.invitation, now)
    if not application.invitation:
        limits.take(limits.SIGN_UPS, network, now)
    if email and conf.sends_mail():
        send_verification(worker, now)
    return worker


@transaction.atomic
def _open(worker: Worker, invitation: str, now: datetime) -> None:
    worker.invitation = claim_invitation(invitation, now) if invitation else None
    save_new(worker)


def check_verified(worker: Worker) -> None:
    """Raise WorkerRefusalError "unverified" for who may not accept HITs yet."""
    if conf.verify_email() and worker.email_verified_at is None:
        raise WorkerRefusalError(
            "unverified",
            "Verify your e-mail address before you accept HITs: follow the link that"
            " was mailed to you, or ask for a new one on your account's page.",
        )


def change_email(worker: Worker, email: str, password: str, now: datetime) -> None:
    """Give the account another address, which is to be verified anew, or none.

    The password is asked for: who reads the mail may set a new one. Raises
    ValidationError (email, old_password) and WorkerRefusalError "too-many".
    """
    check_own_password(worker, password, now)
    email = _checked(email)
    if email == worker.email:
        return
    limits.check(limits.VERIFICATIONS, worker.worker_id, now)
    worker.email, worker.email_verified_at = email, None
    worker.save(update_fields=["email", "email_verified_at"])
    if email and conf.sends_mail():
        send_verification(worker, now)


def send_verification(worker: Worker, now: datetime) -> bool:
    """Mail the link that verifies the address; whether the mail got out.

    Raises WorkerRefusalError "too-many".
    """
    limits.take(limits.VERIFICATIONS, worker.worker_id, now)
    token = signing.dumps([worker.pk, worker.email], salt=_SALT)
    return mail.send(
        worker.email,
        "Verify your address",
        f"Somebody, most likely you, opened the worker's account {worker.worker_id} on"
        f" a marketplace with this address. Confirm that it is yours:\n\n"
        f"{public_link('verify', token)}\n\nThe link holds for two days and once. If"
        " it was not you, there is nothing to do.\n",
    )


def to_verify(token: str) -> Worker:
    """Whose address a link verifies; WorkerRefusalError "stale" when it does not."""
    try:
        pk, email = signing.loads(token, salt=_SALT, max_age=VERIFY_WITHIN)
    except signing.BadSignature:
        pk, email = 0, ""
    worker = Worker.objects.filter(
        pk=pk, email=email, email_verified_at__isnull=True, is_active=True
    ).first()
    if worker is None or not email:
        raise _stale()
    return worker


def verify(token: str, now: datetime) -> Worker:
    """Take the address for verified, once; raises WorkerRefusalError "stale"."""
    worker = to_verify(token)
    # conditional: the address may be changed in this very moment
    verified = Worker.objects.filter(
        pk=worker.pk, email=worker.email, email_verified_at__isnull=True
    ).update(email_verified_at=now)
    if verified == 0:
        raise _stale()
    return worker


def _checked(email: str) -> str:
    email = email.strip()
    if not email:
        if conf.verify_email():
            raise ValidationError({"email": "Give an e-mail address."})
        return ""
    try:
        validate_email(email)
        punycode(email.rpartition("@")[2])
    except ValidationError as error:
        raise ValidationError({"email": error.messages}) from error
    except UnicodeError as error:
        message = "Enter an address whose host can be written in ASCII."
        raise ValidationError({"email": message}) from error
    if len(email) > 254:
        raise ValidationError({"email": "Give an address of 254 characters at most."})
    return email


def _stale() -> WorkerRefusalError:
    return WorkerRefusalError(
        "stale",
        "This link does not hold: it was used before, is older than two days, or was"
        " sent to another address. Ask for a new one on your account's page.",
    )
