"""What the site refuses before any page is asked."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.urls import reverse
from django.views.csrf import csrf_failure
from django.views.defaults import page_not_found

Answer = Callable[[HttpRequest], HttpResponse]


def refuse_nul(answer: Answer) -> Answer:
    """Refuse addresses with a NUL, which no link has: PostgreSQL takes none as text."""

    def middleware(request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path_info or "%00" in query or "\x00" in query:
            return HttpResponseBadRequest("An address holds no NUL character.")
        return answer(request)

    return middleware


def foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form without our token, at the marketplace with a page of its own."""
    # its templates need the applications, which need the settings
    from marketplace.site.pages import refusal

    if not request.path.startswith(reverse("marketplace:index")):
        return csrf_failure(request, reason)
    return refusal(
        request,
        "Not done",
        "This form did not come from this site, or its page was open for too long. Go"
        " back, reload the page and try again. Cookies must be allowed.",
        status=403,
    )


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address that leads nowhere, likewise."""
    from marketplace.site.pages import not_found

    if not request.path.startswith(reverse("marketplace:index")):
        return page_not_found(request, exception)
    return not_found(request, "page")
