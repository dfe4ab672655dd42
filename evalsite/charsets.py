"""Requests whose text is said to be in another charset than UTF-8.

Python has codecs that make no text of bytes (hex), or none of these bytes (idna), and
Django reads a request's address with the one that its Content-Type names: before any
middleware, and where no error is caught.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.http import parse_header_parameters

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_TAKEN = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_WORDS = b"Text is sent to this site in UTF-8."


def in_utf_8(application: Application) -> Application:
    """Answer 400 to a request that names another charset; pass on all others."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if _charset(environ.get("CONTENT_TYPE", "")).lower() in _TAKEN:
            return application(environ, start)
        head = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(_WORDS))),
        ]
        start("400 Bad Request", head)
        return [_WORDS]

    return answer


def _charset(content_type: str) -> str:
    try:
        return parse_header_parameters(content_type)[1].get("charset", "utf-8")
    except (ValueError, LookupError):
        # RFC 2231 lets a parameter name a charset for itself
        return ""
