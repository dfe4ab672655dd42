"""Sign up, sign in, sign out."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from marketplace import clock, conf, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import Worker
from marketplace.network import network_of
from marketplace.site import session
from marketplace.site.account_forms import SignInForm, SignUpForm
from marketplace.site.pages import next_page, page, refused_page


@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open an account: by ?invitation=, or freely with MARKETPLACE_OPEN_SIGNUP."""
    code = request.POST.get("invitation") or request.GET.get("invitation") or ""
    try:
        services.check_welcome(code, clock.now())
    except WorkerRefusalError as refused:
        return refused_page(request, "Sign-up is closed", refused)
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        application = services.Application(
            name=given["name"],
            password=given["password"],
            worker_id=given["worker_id"] or None,
            country=given["country"],
            subdivision=given["subdivision"],
            email=given.get("email", ""),
            invitation=code,
        )
        try:
            worker = services.join(
                application, clock.now(), network=network_of(request)
            )
        except ValidationError as error:
            form.add_error(None, error)
        except WorkerRefusalError as refused:
            return refused_page(request, "No account was opened", refused)
        else:
            return _signed_in(request, worker)
    return _form_page(request, "sign_up", form, invitation=code)


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with name or WorkerId, and password."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            worker = services.sign_in(
                given["name"],
                given["password"],
                clock.now(),
                network=network_of(request),
            )
        except WorkerRefusalError as refused:
            if refused.reason == "too-many":
                return refused_page(request, "Not signed in", refused)
            form.add_error(None, refused.sentence)
        else:
            return _signed_in(request, worker)
    return _form_page(request, "sign_in", form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Forget who is signed in."""
    response = redirect("marketplace:index")
    session.forget(response)
    return response


def _form_page(
    request: HttpRequest, template: str, form: forms.Form, *, invitation: str = ""
) -> HttpResponse:
    return page(
        request,
        template,
        {
            "form": form,
            "next": next_page(request),
            "invitation": invitation,
            "open_signup": conf.open_signup(),
            "sends_mail": conf.sends_mail(),
        },
        status=422 if form.is_bound else 200,
    )


def _signed_in(request: HttpRequest, worker: Worker) -> HttpResponse:
    response = redirect(next_page(request) or reverse("marketplace:index"))
    session.remember(response, worker)
    return response
