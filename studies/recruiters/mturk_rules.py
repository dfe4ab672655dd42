"""What the MTurk protocol fixes: the question, the link's parameters, the fee."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from studies.errors import RecruiterError
from studies.recruiters.base import Entry

NOT_ACCEPTED = "ASSIGNMENT_ID_NOT_AVAILABLE"
"""The assignmentId of a preview (AWS, ExternalQuestion)."""
MANY_PLACES = 10
"""From so many places on the fee doubles, and no smaller HIT grows across it."""
_QUESTION = (
    '<ExternalQuestion xmlns="http://mechanicalturk.amazonaws.com/'
    'AWSMechanicalTurkDataSchemas/2006-07-14/ExternalQuestion.xsd">'
    "<ExternalURL>{url}</ExternalURL><FrameHeight>0</FrameHeight>"
    "</ExternalQuestion>"
)
_CENT = Decimal("0.01")
_WORKER = re.compile(r"A[A-Z0-9]{1,63}")
_BELOW = re.compile(r"(/[A-Za-z0-9_-]{1,200}){0,5}")
_ID = re.compile(r"[A-Z0-9]{1,64}")


def external_question(url: str) -> str:
    """Return the question that shows `url` in the worker's frame, as high as it is."""
    return _QUESTION.format(url=escape(url))


def fee(reward_usd: Decimal, places: int) -> Decimal:
    """Fee of one session: 20 %, 40 % in postings of ten places on, at least a cent.

    Rounded half up to the cent (mturk.com/pricing, last published 2026).
    """
    rate = Decimal("0.20") if places < MANY_PLACES else Decimal("0.40")
    return max(_CENT, (reward_usd * rate).quantize(_CENT, ROUND_HALF_UP))


def submit_base(asked: str, worker_url: str) -> str:
    """Return where answers go: below the marketplace's own address, or to itself.

    A marketplace may name an address for one session alone; whatever lies elsewhere is
    not followed.
    """
    known = worker_url.rstrip("/")
    if not asked.startswith(known):
        return known
    below = asked.rstrip("/").removeprefix(known)
    return known + below if _BELOW.fullmatch(below) else known


def read_entry(query: Mapping[str, str], worker_url: str) -> Entry:
    """Read assignmentId, workerId, hitId, turkSubmitTo (AWS, ExternalQuestion)."""
    assignment = query.get("assignmentId", "")
    if assignment in ("", NOT_ACCEPTED):
        return Entry(preview=True, posting_id=query.get("hitId", ""))
    worker = query.get("workerId", "")
    if not _WORKER.fullmatch(worker) or not _ID.fullmatch(assignment):
        raise RecruiterError(
            "the link lacks a valid assignmentId or workerId", permanent=True
        )
    return Entry(
        preview=False,
        worker_id=worker,
        external_id=assignment,
        posting_id=query.get("hitId", ""),
        submit_url=submit_base(query.get("turkSubmitTo", ""), worker_url),
        diverted_to=_another_host(query.get("turkSubmitTo", ""), worker_url),
    )


def _another_host(asked: str, worker_url: str) -> str:
    """Return the host of `asked` where it is not the marketplace's own; else nothing.

    Amazon's worker site and its turkSubmitTo are two hosts of one domain.
    """
    try:
        host = urlsplit(asked.strip()).hostname or asked.strip()
    except ValueError:
        host = asked.strip()
    known = urlsplit(worker_url).hostname or ""
    if not host or host == known:
        return ""
    named = any(letter.isalpha() for letter in known.rpartition(".")[2])
    if named and known.count(".") and host.split(".")[-2:] == known.split(".")[-2:]:
        return ""
    return host[:100]
