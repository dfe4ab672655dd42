"""Pages and the headers they carry."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from marketplace import clock, conf, services
from marketplace.errors import WorkerRefusalError
from marketplace.questions import origin
from marketplace.site.session import current_worker

_OWN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'"
)
_WEB = "http: https:"
_LOCAL = " http://localhost:* http://127.0.0.1:*"

_STATUS = {
    "too-many": 429,
    "not-invited": 403,
    "unverified": 403,
    "stale": 410,
    "no-requester": 404,
}
RETRY_AFTER_SECONDS = 900


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    frames: str | None = None,
    media: bool = False,
    status: int = 200,
) -> HttpResponse:
    """A page of the marketplace, which no other site may frame.

    `frames` is the address of the question it shows, which may lead on to others of
    https, as surveys do; nothing else appears in the page's frame but the marketplace's
    own answer to a submission. `media` lets images, sounds and videos of other sites
    appear, as a QuestionForm's.
    """
    worker = current_worker(request)
    response = render(
        request,
        f"marketplace/{template}.html",
        {
            "worker": worker,
            "signup_open": conf.open_signup(),
            "unverified": worker is not None
            and conf.verify_email()
            and worker.email_verified_at is None,
            "unread": services.unread(worker) if worker is not None else 0,
            **(context or {}),
        },
        status=status,
    )
    policy = f"{_OWN}; frame-ancestors 'none'"
    if media:
        policy = policy.replace("img-src 'self' data:", f"img-src 'self' data: {_WEB}")
        policy += f"; media-src {_WEB}"
    if frames is not None:
        policy += f"; frame-src 'self' {origin(conf.public_url())} {origin(frames)}"
        policy += f" https:{_LOCAL if conf.allow_http_loopback() else ''}"
    response["Content-Security-Policy"] = policy
    response["X-Frame-Options"] = "DENY"
    response["Cache-Control"] = "no-store"
    return response


def framed_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int
) -> HttpResponse:
    """A page that appears in the marketplace's own frame, and in no other site's.

    Send it with X-Frame-Options off: that header can't name the marketplace's origin.
    """
    response = render(
        request, f"marketplace/{template}.html", dict(context), status=status
    )
    home = origin(conf.public_url())
    response["Content-Security-Policy"] = f"{_OWN}; frame-ancestors 'self' {home}"
    response["Cache-Control"] = "no-store"
    return response


def refusal(
    request: HttpRequest, title: str, sentence: str, *, status: int
) -> HttpResponse:
    """A page that says why something can't be done."""
    return page(
        request, "refusal", {"title": title, "sentence": sentence}, status=status
    )


def refused_page(
    request: HttpRequest, title: str, refused: WorkerRefusalError
) -> HttpResponse:
    """A refusal of a service, with the status of its reason."""
    status = _STATUS.get(refused.reason, 409)
    response = refusal(request, title, refused.sentence, status=status)
    if status == 429:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def not_found(request: HttpRequest, what: str) -> HttpResponse:
    """The page for what does not exist, or is not this worker's."""
    return refusal(
        request,
        "Not found",
        f"There is no such {what} on this marketplace.",
        status=404,
    )


def next_page(request: HttpRequest) -> str:
    """The page of this site that somebody came for; empty when there is none."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""


def countdown(began: datetime, deadline: datetime) -> dict[str, int]:
    """What a page's timer needs, in whole seconds: those left and those allotted."""
    return {
        "seconds_left": max(0, int((deadline - clock.now()).total_seconds())),
        "seconds_allotted": round((deadline - began).total_seconds()),
    }
