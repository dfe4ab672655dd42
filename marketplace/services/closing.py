"""Closing a worker's account: the person leaves, the books stay."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from marketplace.errors import WorkerRefusalError
from marketplace.models import Assignment, QualificationRequest, Worker
from marketplace.services.credentials import check_own_password
from marketplace.services.places import give_back

Asked = QualificationRequest.Status


def close_account(worker: Worker, password: str, now: datetime) -> None:
    """Return what the worker holds, and forget who the worker was.

    The WorkerId, what was submitted under it and its earnings stay in the books;
    name, address, country, password, messages and letters go. Raises ValidationError
    (old_password) and WorkerRefusalError "too-many".
    """
    check_own_password(worker, password, now)
    held = Assignment.objects.filter(worker=worker, status=Assignment.Status.ACCEPTED)
    for assignment in held:
        try:
            give_back(assignment, now)
        except WorkerRefusalError:
            # submitted or run out a moment ago: there is nothing to return
            continue
    _forget(worker, now)


@transaction.atomic
def _forget(worker: Worker, now: datetime) -> None:
    worker.messages.all().delete()
    worker.letters.all().delete()
    worker.qualification_requests.filter(status=Asked.SUBMITTED).delete()
    worker.sittings.filter(ended_at__isnull=True).update(ended_at=now)
    Worker.objects.filter(pk=worker.pk).update(
        # no name that a person can take: names are stripped of blanks
        name=f" closed {worker.pk}",
        password=make_password(None),
        email="",
        email_verified_at=None,
        country="",
        subdivision="",
        invitation=None,
        accepts_next=False,
        is_active=False,
        closed_at=now,
    )
