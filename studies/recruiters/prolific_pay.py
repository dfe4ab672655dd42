"""Paying on Prolific: approve, reject, and bonuses in two steps.

Setting a bonus up pays nothing. Paying it is neither idempotent nor done at once: a
second call pays twice, and a first one may take minutes to show (docs.prolific.com,
POST /bulk-bonus-payments/{id}/pay/). So the pay call is sent once and never again by
itself, and what is not shown yet counts as unpaid only after a while.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from studies.errors import RecruiterError
from studies.recruiters.base import SETTLING, BonusSpec, CompensationSpec
from studies.recruiters.prolific_api import ProlificApi
from studies.recruiters.prolific_rules import (
    REJECTION_CATEGORY,
    SHORTEST_REASON,
    cents,
)

Row = Mapping[str, Any]

SETTLED_AFTER = timedelta(hours=6)
"""Prolific says minutes. After this a bonus that is not shown was not paid: to wait
harms little, to pay twice harms for good."""
_NOT_YET = ("RESERVED", "ACTIVE", "PROCESSING")
_APPROVED = ("APPROVED", "PARTIALLY APPROVED")


def approve(api: ProlificApi, submission_id: str) -> None:
    """Approve a submission that awaits review; one that is approved is left as it is.

    RecruiterError, not for good, while its participant has not completed it; for good
    when it was rejected, returned or timed out.
    """
    status = _submission(api, submission_id)["status"]
    if status in _APPROVED:
        return
    _require_review(submission_id, status)
    _transition(api, submission_id, {"action": "APPROVE"})


def reject(api: ProlificApi, submission_id: str, reason: str) -> None:
    """Reject a submission that awaits review; one that is rejected is left as it is."""
    if len(reason) < SHORTEST_REASON:
        raise RecruiterError(
            f"Prolific takes a rejection only with a reason of {SHORTEST_REASON} "
            f"characters or more, this one has {len(reason)}: tell the participant "
            "what was wrong and how you saw it",
            permanent=True,
        )
    status = _submission(api, submission_id)["status"]
    if status == "REJECTED":
        return
    _require_review(submission_id, status)
    body = {
        "action": "REJECT",
        "message": reason,
        "rejection_category": REJECTION_CATEGORY,
    }
    _transition(api, submission_id, body)


def send_bonus(api: ProlificApi, spec: BonusSpec) -> None:
    """Set a bonus up, then pay it with one call; one that is shown is left as it is.

    RecruiterError while one that was sent before may yet be listed.
    """
    if bonus_shown(api, spec):
        return
    body = {
        "study_id": spec.posting_id,
        "csv_bonuses": f"{spec.external_id},{spec.amount_usd:.2f}\n",
    }
    try:
        made = api.post("submissions/bonus-payments/", body)
    except RecruiterError as error:
        # whether or not it was set up, nothing is paid
        raise RecruiterError(
            str(error), permanent=error.permanent, code=error.code
        ) from error
    api.post(f"bulk-bonus-payments/{made['id']}/pay/", {})


def bonus_shown(api: ProlificApi, spec: BonusSpec) -> bool:
    """Whether the submission lists one bonus more of this amount than was known.

    RecruiterError, not for good, while a bonus that was sent may yet be listed.
    """
    if _shown(api, spec):
        return True
    if spec.tried_at is not None:
        until = spec.tried_at + SETTLED_AFTER
        if datetime.now(UTC) < until:
            raise RecruiterError(
                "Prolific pays bonuses in the background: whether the one of "
                f"${spec.amount_usd:.2f} for submission {spec.external_id} was paid is "
                f"known at {until:%H:%M} UTC",
                permanent=False,
                code=SETTLING,
            )
    return False


def bonus_instead(spec: CompensationSpec) -> BonusSpec:
    """Return a compensation as a bonus on the submission that was lost."""
    return BonusSpec(
        token=spec.token,
        external_id=spec.external_id,
        worker_id=spec.worker_id,
        amount_usd=spec.amount_usd,
        reason=spec.description,
        reference="",
        posting_id=spec.posting_id,
        tried_at=spec.tried_at,
    )


def _shown(api: ProlificApi, spec: BonusSpec) -> bool:
    listed = _submission(api, spec.external_id).get("bonus_payments") or []
    wanted = cents(spec.amount_usd)
    earlier = sum(cents(amount) == wanted for amount in spec.earlier)
    shown = [paid for paid in listed if paid == wanted]
    return len(shown) > earlier


def _require_review(submission_id: str, status: str) -> None:
    if status == "AWAITING REVIEW":
        return
    waits = status in _NOT_YET
    why = "its participant has not completed it yet" if waits else "look at it there"
    raise RecruiterError(
        f"submission {submission_id} is {status.lower()} on Prolific: {why}",
        permanent=not waits,
        code=status,
    )


def _submission(api: ProlificApi, submission_id: str) -> Row:
    row: Row = api.get(f"submissions/{submission_id}/")
    return row


def _transition(api: ProlificApi, submission_id: str, body: Row) -> None:
    # "the second request will be ignored" (POST /submissions/{id}/transition/)
    api.post(f"submissions/{submission_id}/transition/", body, repeat=True)
