"""Questions: a HIT shows a page of the requester's, a page kept here, or a form."""

from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from marketplace import conf
from marketplace.documents import local_name, parse, parse_error, schema, text_of
from marketplace.errors import invalid
from marketplace.forms import QuestionForm, read_question_form

NOT_ACCEPTED = "ASSIGNMENT_ID_NOT_AVAILABLE"
"""The assignmentId of a worker who previews."""

MAX_FRAME_HEIGHT = 100_000
_MAX_DIGITS = 20
_EXTERNAL = f"{{{schema('2006-07-14', 'ExternalQuestion')}}}"
_HTML = f"{{{schema('2011-11-11', 'HTMLQuestion')}}}"


@dataclass(frozen=True, slots=True)
class ExternalQuestion:
    """A page of the requester's; `frame_height` in CSS pixels, 0 fills the window."""

    url: str
    frame_height: int


@dataclass(frozen=True, slots=True)
class HTMLQuestion:
    """A page of HTML that the marketplace keeps; `frame_height` as above."""

    html: str
    frame_height: int


Asked = ExternalQuestion | HTMLQuestion | QuestionForm


def read_question(xml: str) -> Asked:
    """Read and check the Question of a HIT.

    Raises RequestError: XMLParseError when it is none of the three documents,
    XHTMLParseError for formatted content, InvalidParameterValue for what can't be
    shown (AWS, ExternalQuestion, HTMLQuestion and QuestionForm).
    """
    root = parse(xml, parameter="Question")
    name = local_name(root)
    if name == "QuestionForm":
        return read_question_form(root)
    if name == "HTMLQuestion":
        html, height = _framed(root, _HTML, "HTMLQuestion", "HTMLContent")
        if not html.strip():
            raise invalid("HTMLContent is empty: give the page between its tags.")
        return HTMLQuestion(html=html.strip(), frame_height=_frame_height(height))
    url, height = _framed(root, _EXTERNAL, "ExternalQuestion", "ExternalURL")
    _check_url(url.strip())
    return ExternalQuestion(url=url.strip(), frame_height=_frame_height(height))


def frame_url(
    url: str,
    *,
    assignment_id: str,
    hit_id: str,
    worker_id: str | None = None,
    submit_to: str | None = None,
) -> str:
    """The page's address with MTurk's parameters after its own.

    `worker_id` and `submit_to` are given once the HIT is accepted; a preview has
    neither. Where only the worker is given, results go to the usual address.
    """
    parameters = {"assignmentId": assignment_id, "hitId": hit_id}
    if worker_id is not None:
        parameters["workerId"] = worker_id
        parameters["turkSubmitTo"] = submit_to or conf.public_url()
    parts = urlsplit(url)
    added = urlencode(parameters, quote_via=quote, safe="")
    query = f"{parts.query}&{added}" if parts.query else added
    return urlunsplit(parts._replace(query=query))


def origin(url: str) -> str:
    """Scheme, host and port of an address, as a Content-Security-Policy names it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _framed(root: Element, tag: str, name: str, content: str) -> tuple[str, str]:
    """The content and the frame's height of a question that stands in a frame."""
    if root.tag != f"{tag}{name}":
        raise parse_error(
            f"the root is {root.tag[:200]}, not an ExternalQuestion, an HTMLQuestion or"
            " a QuestionForm"
        )
    if [child.tag for child in root] != [f"{tag}{content}", f"{tag}FrameHeight"]:
        raise parse_error(f"{name} needs {content} and then FrameHeight")
    return text_of(root[0]), text_of(root[1]).strip()


def _frame_height(text: str) -> int:
    digits = text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS
    if not digits or int(text) > MAX_FRAME_HEIGHT:
        raise parse_error(
            f"FrameHeight {text[:40]!r} is not a number from 0 to {MAX_FRAME_HEIGHT}"
        )
    return int(text)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        # the host stands in a policy's source list: no separator or wildcard may get
        # there, nor what a header can't carry (write such a name as xn--...)
        unsafe = any(c.isspace() or c in ";,*'\"<>\\" for c in parts.netloc)
        safe = parts.netloc.isascii() and not unsafe
        valid = bool(parts.hostname) and safe and parts.username is None
        valid = valid and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or not url.isprintable():
        raise invalid(f"ExternalURL {url[:200]!r} is not an address of a web page.")
    if parts.scheme != "https" and not _allowed_http(parts):
        raise invalid(
            f"ExternalURL {url[:200]!r} must begin with https:// (http:// is allowed"
            " for a page on this very machine, when the marketplace is set so)."
        )


def _allowed_http(parts: SplitResult) -> bool:
    local = conf.is_loopback(parts.hostname or "")
    return parts.scheme == "http" and local and conf.allow_http_loopback()
