"""What every page of the rater carries, so that it can live in a foreign frame."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.core.files.storage import default_storage
from django.http import HttpResponse

from studies.services.media import on_disk

ANYWHERE = ("*",)
"""For a page that says no more than that the link is wrong."""


def dress(response: HttpResponse, framed_by: Iterable[str]) -> HttpResponse:
    """Add the headers; `framed_by` are the origins whose pages may frame it."""
    store = _store_origin()
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "media-src": "'self' blob:",
        "connect-src": f"'self' {store}".strip(),
        "base-uri": "'none'",
        "frame-ancestors": " ".join(["'self'", *framed_by]),
    }
    response["Content-Security-Policy"] = "; ".join(
        f"{name} {value}" for name, value in rules.items()
    )
    response["Cache-Control"] = "no-store"
    # the page's address names the session; the submitting form needs our origin only
    response["Referrer-Policy"] = "strict-origin"
    response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    return response


def _store_origin() -> str:
    """Origin of the clips where another machine keeps them, else nothing."""
    if on_disk():
        return ""
    parts = urlsplit(default_storage.url("rated/clip.mp4"))
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
