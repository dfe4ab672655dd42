"""A worker's own account: address, password, habits, and the way out."""

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from marketplace import clock, conf, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import Worker
from marketplace.site import session
from marketplace.site.account_forms import CloseForm, EmailForm, PasswordForm
from marketplace.site.pages import next_page, page, refused_page
from marketplace.site.session import for_workers

_DONE = {
    "verified": "Your address is verified.",
    "email": "Your address is changed.",
    "mailed": "A link is on its way to your address.",
    "not-mailed": "The mail could not be sent. Try again later.",
    "password": "Your password is changed. Wherever else you were signed in, you are"
    " signed out.",
    "habits": "Saved.",
}


@require_safe
@for_workers
def account(request: HttpRequest, worker: Worker) -> HttpResponse:
    """What the account holds, and the forms that change it."""
    return _account_page(request, worker, {})


@require_POST
@for_workers
def change_email(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Change or remove the e-mail address."""
    form = EmailForm(request.POST, prefix="email")

    def change(given: dict[str, str]) -> None:
        services.change_email(
            worker, given["email"], given["old_password"], clock.now()
        )

    return _tried(request, worker, "email", form, change) or _done("email")


@require_POST
@for_workers
def resend(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Send the link that verifies the address once more."""
    if not worker.email or worker.email_verified_at or not conf.sends_mail():
        return redirect("marketplace:account")
    try:
        sent = services.send_verification(worker, clock.now())
    except WorkerRefusalError as refused:
        return refused_page(request, "Not sent", refused)
    return _done("mailed" if sent else "not-mailed")


@require_POST
@for_workers
def change_password(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Change the password; this browser stays signed in, all others do not."""
    form = PasswordForm(request.POST, prefix="password")

    def change(given: dict[str, str]) -> None:
        services.change_password(
            worker, given["old_password"], given["password"], clock.now()
        )

    refused = _tried(request, worker, "password", form, change)
    if refused is not None:
        return refused
    response = _done("password")
    session.remember(response, worker)
    return response


@require_POST
@for_workers
def change_habits(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Whether the next HIT of a group is accepted as soon as one is submitted."""
    worker.accepts_next = request.POST.get("accepts_next") == "on"
    worker.save(update_fields=["accepts_next"])
    back = next_page(request)
    return redirect(back) if back else _done("habits")


@require_POST
@for_workers
def close(request: HttpRequest, worker: Worker) -> HttpResponse:
    """Close the account for good."""
    form = CloseForm(request.POST, prefix="close")

    def change(given: dict[str, str]) -> None:
        services.close_account(worker, given["old_password"], clock.now())

    refused = _tried(request, worker, "close", form, change)
    if refused is not None:
        return refused
    # the cookie is nobody's from now on, and this page is shown to nobody's account
    request.COOKIES.pop(session.COOKIE, None)
    response = page(request, "closed", {"worker_id": worker.worker_id})
    session.forget(response)
    return response


def _tried(
    request: HttpRequest,
    worker: Worker,
    name: str,
    form: forms.Form,
    change: Callable[[dict[str, str]], None],
) -> HttpResponse | None:
    """Make a change; the page to answer with when it was not made."""
    if form.is_valid():
        try:
            change(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        except WorkerRefusalError as refused:
            return refused_page(request, "Not changed", refused)
        else:
            return None
    worker.refresh_from_db()
    return _account_page(request, worker, {name: form})


def _account_page(
    request: HttpRequest, worker: Worker, tried: dict[str, forms.Form]
) -> HttpResponse:
    blank = {
        "email": EmailForm(prefix="email", initial={"email": worker.email}),
        "password": PasswordForm(prefix="password"),
        "close": CloseForm(prefix="close"),
    }
    return page(
        request,
        "account",
        {
            "forms": {**blank, **tried},
            "tried": next(iter(tried), ""),
            "done": _DONE.get(request.GET.get("done", ""), ""),
            "sends_mail": conf.sends_mail(),
            "verify_email": conf.verify_email(),
        },
        status=422 if tried else 200,
    )


def _done(what: str) -> HttpResponse:
    return redirect(f"{reverse('marketplace:account')}?done={what}")
