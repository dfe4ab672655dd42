"""A request may name any codec of Python's for its text; that is no server error."""

import io
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest

from evalsite.wsgi import application

FORM = (
    b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xffalice\r\n--x--\r\n'
)
FORM_DATA = "multipart/form-data; boundary=x"
KINDS = (
    "text/plain",
    FORM_DATA,
    "application/x-www-form-urlencoded",
    "application/x-amz-json-1.1",
)
PATHS = ("", "api/", "sign-in/", "mturk/externalSubmit")


def status_of(method: str, path: str, content_type: str) -> int:
    """What the application answers to a request as it comes off the wire."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": f"/marketplace/{path}",
        "QUERY_STRING": "q=a%FF",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(FORM)),
        "HTTP_HOST": "localhost",
    }
    setup_testing_defaults(environ)
    environ["wsgi.input"] = io.BytesIO(FORM)
    answers: list[str] = []
    body = application(environ, lambda status, _head: answers.append(status))
    assert b"Traceback" not in b"".join(body)
    return int(answers[0].split()[0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "said",
    [
        *(f"charset={codec}" for codec in ("hex", "rot13", "idna", "punycode", "x")),
        "CHARSET=undefined",
        'charset=utf-8; charset="hex"',
        "charset*=hex''a",
        "boundary*=nothing''a",
    ],
)
def test_other_charsets_are_a_bad_request(said: str, kind: str) -> None:
    # no database is allowed here: the refusal comes before any look-up
    for path in PATHS:
        for method in ("GET", "POST"):
            assert status_of(method, path, f"{kind}; {said}") == 400, (method, path)


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["", "; charset=UTF-8", '; charset="utf-8"'])
def test_utf_8_is_taken_however_it_is_said(said: str) -> None:
    # it was read: there is no such assignment
    assert status_of("POST", PATHS[-1], f"{FORM_DATA}{said}") == 404
