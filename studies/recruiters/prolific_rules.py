"""What Prolific fixes: drafts, statuses, the three ids of a link, completion codes.

Facts: docs.prolific.com, API reference of studies and submissions (v1).
"""

import base64
import hmac
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from studies.errors import RecruiterError
from studies.recruiters.base import Entry, PostingSpec, Submission

Row = Mapping[str, Any]

POSTING_FIELD = "p"
CODE_FIELD = "cc"
DRAFT = "UNPUBLISHED"
TAKING = ("ACTIVE", "PAUSED")
"""A study that STOP can end."""
ENDED = ("AWAITING REVIEW", "COMPLETED")
"""A study that takes no more people: full, or stopped."""
_AT_WORK = ("RESERVED", "ACTIVE")
_HOLDING = (*_AT_WORK, "AWAITING REVIEW", "APPROVED", "PARTIALLY APPROVED")
"""Submissions that hold a place; that of every other one goes to somebody else."""
STATUSES = {
    "AWAITING REVIEW": "submitted",
    # between approval and the participant's balance
    "PROCESSING": "submitted",
    "APPROVED": "approved",
    "PARTIALLY APPROVED": "approved",
    "REJECTED": "rejected",
}
"""Prolific's words and ours. What was returned, timed out or screened out is none."""
SHORTEST_REASON = 100
"""Characters that the message of a rejection needs."""
REJECTION_CATEGORY = "OTHER"
_CODE_LENGTH = 12
_PARAMETERS = ("PROLIFIC_PID", "STUDY_ID", "SESSION_ID")
_ID = re.compile(r"[0-9a-f]{24}")
_CENT = Decimal("0.01")
_HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}


def draft(spec: PostingSpec, *, code: str, project: str) -> dict[str, Any]:
    """Return the body of POST /studies/; the token stands in `internal_name`."""
    estimated = minutes_needed(spec.estimated_seconds)
    body = {
        "name": spec.title,
        "internal_name": spec.token,
        # the field is read as HTML
        "description": spec.description.translate(_HTML),
        "external_study_url": study_url(spec.entry_url),
        "prolific_id_option": "url_parameters",
        "completion_codes": [
            {
                "code": code,
                "code_type": "COMPLETED",
                "actions": [{"action": "MANUALLY_REVIEW"}],
                "actor": "participant",
            }
        ],
        "total_available_places": spec.places,
        "estimated_completion_time": estimated,
        "maximum_allowed_time": max(
            math.ceil(spec.assignment_seconds / 60), least_minutes_allowed(estimated)
        ),
        "reward": cents(spec.reward_usd),
        "device_compatibility": ["desktop", "tablet", "mobile"],
        "peripheral_requirements": ["audio"],
        "filters": [],
        "submissions_config": {"max_submissions_per_participant": 1},
    }
    return body | ({"project": project} if project else {})


def study_url(entry_url: str) -> str:
    """Return our page's address with Prolific's placeholders for the three ids."""
    # not urlencode: Prolific looks for the braces as they are
    ids = "&".join(f"{name}={{{{%{name}%}}}}" for name in _PARAMETERS)
    return f"{entry_url}{'&' if '?' in entry_url else '?'}{ids}"


def minutes_needed(seconds: int) -> int:
    """Whole minutes, rounded up; at least one."""
    return max(1, math.ceil(seconds / 60))


def least_minutes_allowed(estimated: int) -> int:
    """Return the least `maximum_allowed_time`: 2 + 2 t + 2 sqrt(t) minutes."""
    return math.ceil(2 + 2 * estimated + 2 * math.sqrt(estimated))


def cents(dollars: Decimal) -> int:
    """Whole cents of an amount that has no fractions of them."""
    return int(dollars * 100)


def dollars(sent: Any) -> Decimal:
    """Dollars of an amount in cents, fractions of a cent rounded up: never too few."""
    return (Decimal(str(sent)) / 100).quantize(_CENT, ROUND_CEILING)


def completion_code(secret: bytes, posting_key: str) -> str:
    """Return the code of a posting: 60 bits that only this site can derive."""
    mac = hmac.digest(secret, f"prolific:{posting_key}".encode(), "sha256")
    return base64.b32encode(mac).decode()[:_CODE_LENGTH]


def completion_url(app_url: str, code: str) -> str:
    """Return where Prolific takes a participant back."""
    return f"{app_url}/submissions/complete?{urlencode({CODE_FIELD: code})}"


def code_of(url: str) -> str:
    """Return the code that a completion URL carries; empty where it carries none."""
    return dict(parse_qsl(urlsplit(url).query)).get(CODE_FIELD, "")


def posting_key(entry_url: str) -> str:
    """Return the posting that our page's address names."""
    return parse_qs(urlsplit(entry_url).query)[POSTING_FIELD][0]


def read_entry(query: Mapping[str, str], submit_url: str) -> Entry:
    """Read PROLIFIC_PID, STUDY_ID and SESSION_ID, 24 hexadecimal digits each.

    Without any of them, or with the placeholders as they are, somebody only looks.
    RecruiterError for anything else.
    """
    given = {name: query.get(name, "") for name in _PARAMETERS}
    if all(not value or "{%" in value for value in given.values()):
        return Entry(preview=True)
    for name, value in given.items():
        if not _ID.fullmatch(value):
            raise RecruiterError(
                f"the link lacks a valid {name}: open the study on Prolific again",
                permanent=True,
            )
    return Entry(
        preview=False,
        worker_id=given["PROLIFIC_PID"],
        external_id=given["SESSION_ID"],
        posting_id=given["STUDY_ID"],
        submit_url=submit_url,
    )


def at_work(counts: Row) -> int:
    """Return how many are at work, of GET /studies/{id}/submissions/counts/."""
    return sum(int(counts.get(status, 0)) for status in _AT_WORK)


def places_taken(counts: Row) -> int:
    """Return how many places are held, of the same counts."""
    return sum(int(counts.get(status, 0)) for status in _HOLDING)


def submission(row: Row, raw: str) -> Submission:
    """Return a finished row of the list as our record; Prolific keeps no answers."""
    return Submission(
        external_id=row["id"],
        worker_id=row["participant_id"],
        status=STATUSES[row["status"]],
        submitted_at=moment(row.get("completed_at") or row["started_at"]),
        answers={},
        raw=raw,
    )


def moment(text: str) -> datetime:
    """Return an ISO time; one that names no zone is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
