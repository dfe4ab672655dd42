"""Who is signed in: a signed cookie of the marketplace's own, not the admin's."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac

from marketplace.models import Worker

COOKIE = "marketplace_worker"
MAX_AGE = 14 * 24 * 3600
_SALT = "marketplace.worker"
P = ParamSpec("P")


def remember(response: HttpResponse, worker: Worker) -> None:
    """Sign the worker in, for two weeks or until the password changes."""
    response.set_cookie(
        COOKIE,
        signing.dumps([worker.pk, _fingerprint(worker)], salt=_SALT),
        max_age=MAX_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(response: HttpResponse) -> None:
    """Sign out."""
    response.delete_cookie(COOKIE, samesite="Lax")


def current_worker(request: HttpRequest) -> Worker | None:
    """The worker who is signed in, None when nobody is."""
    cookie = request.COOKIES.get(COOKIE, "")
    try:
        pk, fingerprint = signing.loads(cookie, salt=_SALT, max_age=MAX_AGE)
    except (signing.BadSignature, ValueError):
        return None
    worker = Worker.objects.filter(pk=pk, is_active=True).first()
    if worker is None or fingerprint != _fingerprint(worker):
        return None
    return worker


def for_workers(
    view: Callable[Concatenate[HttpRequest, Worker, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view that gets the signed-in worker; others are sent to sign in first."""

    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        worker = current_worker(request)
        if worker is not None:
            return view(request, worker, *args, **kwargs)
        # a button cannot be pressed again for them: they get back to its page
        pressed_at = request.headers.get("Referer", "")
        back = request.get_full_path() if request.method == "GET" else pressed_at
        target = reverse("marketplace:sign-in")
        return redirect(f"{target}?{urlencode({'next': back})}" if back else target)

    update_wrapper(guarded, view)
    return guarded


def _fingerprint(worker: Worker) -> str:
    return salted_hmac(_SALT, worker.password).hexdigest()[:16]
