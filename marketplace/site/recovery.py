"""Links that come by mail: an address verified, a password set anew."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from marketplace import clock, conf, services
from marketplace.errors import WorkerRefusalError
from marketplace.network import network_of
from marketplace.site import session
from marketplace.site.account_forms import ForgottenForm, ResetForm
from marketplace.site.pages import page, refusal, refused_page


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Verify an address; by a button, since programs look at links before people do."""
    try:
        if request.method == "POST":
            services.verify(token, clock.now())
            return redirect(f"{reverse('marketplace:account')}?done=verified")
        worker = services.to_verify(token)
    except WorkerRefusalError as refused:
        return refused_page(request, "Not verified", refused)
    return page(request, "verify", {"account": worker})


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to set a new password."""
    if not conf.sends_mail():
        return refusal(
            request,
            "Forgotten password",
            "This marketplace sends no mail. Ask those who run it for a new password.",
            status=404,
        )
    form = ForgottenForm(request.POST or None)
    sent = False
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_for_reset(
                form.cleaned_data["email"], clock.now(), network=network_of(request)
            )
        except WorkerRefusalError as refused:
            return refused_page(request, "Not sent", refused)
        sent = True
    return page(
        request,
        "forgotten",
        {"form": form, "sent": sent},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password by the link that was mailed, and sign in with it."""
    form = ResetForm(request.POST or None)
    try:
        worker = services.to_reset(token)
        if request.method == "POST" and form.is_valid():
            worker = services.reset_password(token, form.cleaned_data["password"])
            response = redirect("marketplace:index")
            session.remember(response, worker)
            return response
    except WorkerRefusalError as refused:
        return refused_page(request, "No new password", refused)
    except ValidationError as error:
        form.add_error(None, error)
    return page(
        request,
        "reset",
        {"form": form, "account": worker},
        status=422 if form.errors else 200,
    )
