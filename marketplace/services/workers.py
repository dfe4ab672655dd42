"""Workers' accounts. They are the marketplace's own, not users of the site."""

import re
from datetime import datetime, timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from marketplace import ids
from marketplace.errors import WorkerRefusalError
from marketplace.models import Worker
from marketplace.services import limits

MAX_FAILURES = 10
LOCKED_FOR = timedelta(minutes=15)
_TAKEN = "It is taken by another worker. Choose another one."


def sign_up(
    name: str,
    password: str,
    *,
    worker_id: str | None = None,
    country: str = "",
    subdivision: str = "",
) -> Worker:
    """Open a worker's account, under a WorkerId of the worker's choice or a new one.

    Arguments and errors are those of `new_worker`.
    """
    worker = new_worker(
        name,
        password,
        worker_id=worker_id,
        country=country,
        subdivision=subdivision,
    )
    save_new(worker)
    return worker


def new_worker(
    name: str,
    password: str,
    *,
    worker_id: str | None = None,
    country: str = "",
    subdivision: str = "",
) -> Worker:
    """A worker who can be stored with `save_new`; call it outside of transactions.

    Its password takes a third of a second to hash. `subdivision` is a state or region
    of the country, CA for US-CA. Raises ValidationError naming the field: the name or
    WorkerId is taken or has the wrong shape, or the password is too weak.
    """
    name = name.strip()
    if not name or len(name) > 60:
        raise ValidationError({"name": "Give a name of 1 to 60 characters."})
    if worker_id and not re.fullmatch(ids.WORKER_ID_PATTERN, worker_id):
        raise ValidationError(
            {"worker_id": "A WorkerId is an A and up to 63 capitals and digits."}
        )
    if country and not re.fullmatch(ids.COUNTRY_PATTERN, country):
        raise ValidationError({"country": "Give a country's code of two capitals."})
    if subdivision and not (
        country and re.fullmatch(ids.SUBDIVISION_PATTERN, subdivision)
    ):
        raise ValidationError(
            {"subdivision": "Give the two characters after the country's, and that."}
        )
    _check_free(name, worker_id)
    try:
        validate_password(password)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    worker = Worker(
        name=name,
        password=make_password(password),
        country=country,
        subdivision=subdivision,
    )
    worker.worker_id = worker_id or worker.worker_id
    return worker


def save_new(worker: Worker) -> None:
    """Store a new worker; raises ValidationError for what was taken a moment ago."""
    try:
        with transaction.atomic():
            worker.save()
    except IntegrityError as error:
        taken = Worker.objects.filter(name__iexact=worker.name).exists()
        field = "name" if taken else "worker_id"
        raise ValidationError({field: _TAKEN}) from error


def _check_free(name: str, worker_id: str | None) -> None:
    # both sign in, and who has the one must not be shut out by who takes the other
    for field, value in (("name", name), ("worker_id", worker_id)):
        same = Q(worker_id=value) | Q(name__iexact=value)
        if value and Worker.objects.filter(same).exists():
            raise ValidationError({field: _TAKEN})


def sign_in(
    name: str, password: str, now: datetime, *, network: str | None = None
) -> Worker:
    """The worker of that name or WorkerId, if the password is right.

    Raises WorkerRefusalError: wrong, or locked after ten wrong ones in a row, for a
    quarter of an hour, or too-many wrong ones from one network, for any names.
    """
    limits.check(limits.GUESSES, network, now)
    try:
        return _known(name.strip(), password, now)
    except WorkerRefusalError:
        limits.take(limits.GUESSES, network, now)
        raise


def _known(name: str, password: str, now: datetime) -> Worker:
    # a WorkerId first: nobody can take another's account by choosing it as a name
    found = sorted(
        Worker.objects.filter(Q(worker_id=name) | Q(name__iexact=name), is_active=True),
        key=lambda worker: worker.worker_id != name,
    )
    if not found:
        make_password(password)  # as slow as for a name that exists
        raise _wrong()
    worker = found[0]
    if worker.locked_until is not None and worker.locked_until > now:
        raise WorkerRefusalError(
            "locked", "Too many wrong passwords. Try again in a quarter of an hour."
        )
    if check_password(password, worker.password):
        Worker.objects.filter(pk=worker.pk).update(failed_sign_ins=0, locked_until=None)
        return worker
    Worker.objects.filter(pk=worker.pk).update(failed_sign_ins=F("failed_sign_ins") + 1)
    Worker.objects.filter(pk=worker.pk, failed_sign_ins__gte=MAX_FAILURES).update(
        failed_sign_ins=0, locked_until=now + LOCKED_FOR
    )
    raise _wrong()


def _wrong() -> WorkerRefusalError:
    # made anew each time: an exception keeps the frames it was raised in, and in them
    # the password
    return WorkerRefusalError(
        "wrong", "The name and the password do not belong together."
    )
