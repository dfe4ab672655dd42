"""Questions: what a HIT shows. Here the one kind on offer, a page of the requester."""

from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlencode, urlsplit, urlunsplit

from marketplace import conf
from marketplace.documents import local_name, parse, parse_error, schema, text_of
from marketplace.errors import invalid, not_offered

NOT_ACCEPTED = "ASSIGNMENT_ID_NOT_AVAILABLE"
"""The assignmentId of a worker who previews."""

MAX_FRAME_HEIGHT = 100_000
_MAX_DIGITS = 20
_TAG = f"{{{schema('2006-07-14', 'ExternalQuestion')}}}"
_OTHER_KINDS = ("HTMLQuestion", "QuestionForm")


@dataclass(frozen=True, slots=True)
class ExternalQuestion:
    """A page of the requester's; `frame_height` in CSS pixels, 0 fills the window."""

    url: str
    frame_height: int


def read_question(xml: str) -> ExternalQuestion:
    """Read and check an ExternalQuestion document.

    Raises RequestError: XMLParseError when it is not such a document, NotOffered for
    other kinds of questions, InvalidParameterValue for a URL that can't be shown.
    """
    root = parse(xml, parameter="Question")
    if local_name(root) in _OTHER_KINDS:
        raise not_offered(f"{local_name(root)} (use an ExternalQuestion)")
    if root.tag != f"{_TAG}ExternalQuestion":
        raise parse_error(f"the root is {root.tag}, not an ExternalQuestion")
    if [child.tag for child in root] != [f"{_TAG}ExternalURL", f"{_TAG}FrameHeight"]:
        raise parse_error("an ExternalURL and then a FrameHeight are needed")
    url, height = (text_of(child).strip() for child in root)
    _check_url(url)
    return ExternalQuestion(url=url, frame_height=_frame_height(height))


def frame_url(
    url: str, *, assignment_id: str, hit_id: str, worker_id: str | None = None
) -> str:
    """The page's address with MTurk's parameters after its own.

    `worker_id` is given once the HIT is accepted; a preview has neither it nor an
    address to submit to.
    """
    parameters = {"assignmentId": assignment_id, "hitId": hit_id}
    if worker_id is not None:
        parameters["workerId"] = worker_id
        parameters["turkSubmitTo"] = conf.public_url()
    parts = urlsplit(url)
    added = urlencode(parameters, quote_via=quote, safe="")
    query = f"{parts.query}&{added}" if parts.query else added
    return urlunsplit(parts._replace(query=query))


def origin(url: str) -> str:
    """Scheme, host and port of an address, as a Content-Security-Policy names it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


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
