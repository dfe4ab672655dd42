"""Sign up, sign in, sign out."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from marketplace import clock, conf, ids, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import Worker
from marketplace.site import session
from marketplace.site.pages import page, refusal


class SignInForm(forms.Form):
    name = forms.CharField(
        label="Name or WorkerId",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SignUpForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        help_text="You sign in with it. Requesters see your WorkerId alone.",
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        help_text="At least 8 characters, not a common password.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    country = forms.RegexField(
        ids.COUNTRY_PATTERN,
        max_length=2,
        required=False,
        help_text="Its code of two capitals, such as DE. Some HITs are for some"
        " countries alone; later, only those who run the marketplace can change it.",
        widget=forms.TextInput(attrs={"autocomplete": "country"}),
    )
    worker_id = forms.RegexField(
        ids.WORKER_ID_PATTERN,
        label="WorkerId",
        max_length=64,
        required=False,
        help_text="Leave it empty to get a new one.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Open an account; only with MARKETPLACE_OPEN_SIGNUP."""
    if not conf.open_signup():
        return refusal(
            request,
            "Sign-up is closed",
            "Accounts are opened by those who run this marketplace. Ask them for one.",
            status=403,
        )
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            worker = services.sign_up(
                given["name"],
                given["password"],
                worker_id=given["worker_id"] or None,
                country=given["country"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _signed_in(request, worker)
    return _form_page(request, "sign_up", form)


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with name or WorkerId, and password."""
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            worker = services.sign_in(given["name"], given["password"], clock.now())
        except WorkerRefusalError as refused:
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


def _form_page(request: HttpRequest, template: str, form: forms.Form) -> HttpResponse:
    return page(
        request,
        template,
        {"form": form, "next": _next(request), "open_signup": conf.open_signup()},
        status=422 if form.is_bound else 200,
    )


def _signed_in(request: HttpRequest, worker: Worker) -> HttpResponse:
    response = redirect(_next(request) or reverse("marketplace:index"))
    session.remember(response, worker)
    return response


def _next(request: HttpRequest) -> str:
    """The page of this site that the worker came for; empty when there is none."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""
