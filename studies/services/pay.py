"""Paying: a row before each call, the hard cap before each row.

States: planned, sent, confirmed; unknown when the recruiter did not say whether the
call took effect. A session is approved at most once on the recruiter's side, so an
unknown payment is settled by looking at the session's status there.
"""

import hashlib
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from studies.errors import RecruiterError
from studies.models import Assignment, Payment, Posting, Study
from studies.recruiters.base import Recruiter
from studies.selectors import spent_usd
from studies.services.allocate import lock
from studies.services.events import note, note_once


def approve_session(study: Study, assignment: Assignment, recruiter: Recruiter) -> bool:
    """Pay a submitted session, once.

    Returns whether it is paid now. A refusal or an unanswered call is kept on the
    Payment row and tried again by the next advance.
    """
    payment = _plan_payment(study, assignment)
    if payment is None:
        return False
    if payment.state == Payment.State.CONFIRMED:
        _confirm(assignment, payment)
        return True
    _move(payment, Payment.State.SENT)
    try:
        recruiter.approve(assignment.external_id)
    except RecruiterError as error:
        state = Payment.State.UNKNOWN if error.uncertain else Payment.State.PLANNED
        if error.permanent:
            state = Payment.State.FAILED
        _move(payment, state, problem=str(error))
        # once: it is tried again by every advance, for days if need be
        if not payment.problem or payment.state != state:
            note(study, "payment", f"Payment of {assignment.rater} failed: {error}")
        return False
    _confirm(assignment, payment)
    return True


@transaction.atomic
def _plan_payment(study: Study, assignment: Assignment) -> Payment | None:
    """Return the session's payment row, written under the hard cap; None beyond it.

    None too when the session is not to be paid any more: a person rejected it since.
    """
    fresh = lock(study)
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if row.state != Assignment.State.SUBMITTED:
        return None
    known = Payment.objects.filter(
        assignment=assignment, kind=Payment.Kind.REWARD
    ).first()
    # a refused one was not counted as spent, so others may have had its money
    if known is not None and known.state != Payment.State.FAILED:
        return known
    posting: Posting | None = assignment.posting
    reward = posting.reward_usd if posting else study.reward_usd
    fee = posting.fee_usd if posting else Decimal("0.00")
    if spent_usd(fresh) + reward + fee > fresh.hard_cap_usd:
        problem = (
            f"the hard cap of ${fresh.hard_cap_usd:.2f} is met: "
            "raise it on the study's Watch page to pay the sessions that wait"
        )
        Study.objects.filter(pk=fresh.pk).update(problem=problem)
        note_once(fresh, "cap", problem)
        return None
    if known is not None:
        return known
    text = f"{study.salt}:{assignment.key}:reward"
    return Payment.objects.create(
        assignment=assignment,
        kind=Payment.Kind.REWARD,
        amount_usd=reward,
        fee_usd=fee,
        token=hashlib.sha256(text.encode()).hexdigest(),
    )


@transaction.atomic
def _confirm(assignment: Assignment, payment: Payment) -> None:
    _move(payment, Payment.State.CONFIRMED)
    Assignment.objects.filter(pk=assignment.pk).exclude(
        state=Assignment.State.APPROVED
    ).update(state=Assignment.State.APPROVED, decided_at=timezone.now())
    assignment.refresh_from_db()


def _move(payment: Payment, state: str, *, problem: str = "") -> None:
    Payment.objects.filter(pk=payment.pk).update(
        state=state, problem=problem, changed_at=timezone.now()
    )
