"""Paying: a row before each call, the hard cap before each row.

States: planned, sent, confirmed; unknown when the recruiter did not say whether the
call took effect; failed when it refused for good; written off by a person. A session
is approved at most once on the recruiter's side, so an unknown reward is settled by
looking at the session's status there.
"""

import hashlib
from decimal import Decimal

from django.db import transaction
from django.db.models import F
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
    payment = _plan_reward(study, assignment)
    if payment is None:
        return False
    if payment.state == Payment.State.CONFIRMED:
        confirm_reward(payment)
        return True
    if not begin_try(payment):
        return False
    try:
        recruiter.approve(assignment.external_id)
    except RecruiterError as error:
        keep_fault(study, payment, error)
        return False
    confirm_reward(payment)
    assignment.refresh_from_db()
    return True


@transaction.atomic
def _plan_reward(study: Study, assignment: Assignment) -> Payment | None:
    """Return the session's payment row, written under the hard cap; None beyond it.

    None too when the session is not to be paid any more: a person rejected it since,
    wrote it off, or compensated its rater before the form came after all. While that
    compensation is neither paid nor taken back, the reward waits for it.
    """
    fresh = lock(study)
    row = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if row.state != Assignment.State.SUBMITTED:
        return None
    known = reward_of(row)
    if known is not None and known.state == Payment.State.WRITTEN_OFF:
        return None
    # a refused one was not counted as spent, so others may have had its money
    if known is not None and known.state != Payment.State.FAILED:
        return known
    planned = _reward_row(study, assignment)
    total = planned.amount_usd + planned.fee_usd
    if spent_usd(fresh) + total > fresh.hard_cap_usd:
        problem = (
            f"the hard cap of ${fresh.hard_cap_usd:.2f} is met: "
            "raise it on the study's Watch page to pay the sessions that wait"
        )
        Study.objects.filter(pk=fresh.pk).update(problem=problem)
        note_once(fresh, "cap", problem)
        return None
    if known is not None:
        return known
    compensations = row.payments.filter(kind=Payment.Kind.COMPENSATION)
    if compensations.filter(state__in=Payment.UNSETTLED).exists():
        return None
    if compensations.filter(state=Payment.State.CONFIRMED).exists():
        planned.state = Payment.State.WRITTEN_OFF
        planned.problem = "compensated before it was handed in after all"
        note(fresh, "payment", f"{row.rater}: {planned.problem}; not paid again")
    planned.save()
    return planned if planned.state == Payment.State.PLANNED else None


def reward_of(assignment: Assignment) -> Payment | None:
    """Return the row of the session's reward, if one was written."""
    rewards = Payment.objects.filter(kind=Payment.Kind.REWARD)
    return rewards.filter(assignment=assignment).first()


def _reward_row(study: Study, assignment: Assignment) -> Payment:
    posting: Posting | None = assignment.posting
    return Payment(
        assignment=assignment,
        kind=Payment.Kind.REWARD,
        amount_usd=posting.reward_usd if posting else study.reward_usd,
        fee_usd=posting.fee_usd if posting else Decimal("0.00"),
        token=token_of(study, assignment, "reward"),
    )


def token_of(study: Study, assignment: Assignment, what: str) -> str:
    """Return the token of a payment: ours, and the same on every try."""
    text = f"{study.salt}:{assignment.key}:{what}"
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def confirm_reward(payment: Payment) -> None:
    """Write down that a session is paid."""
    move(payment, Payment.State.CONFIRMED)
    Assignment.objects.filter(pk=payment.assignment_id).exclude(
        state=Assignment.State.APPROVED
    ).update(state=Assignment.State.APPROVED, decided_at=timezone.now())


@transaction.atomic
def record_paid(assignment: Assignment) -> None:
    """Write down what the recruiter says is paid, by whatever hand it was.

    A time limit there pays what nobody decided, and people approve on the recruiter's
    own pages. The money is gone, so neither the cap nor a write-off stands against it.
    """
    study = lock(assignment.study)
    payment = reward_of(assignment)
    if payment is None:
        payment = _reward_row(study, assignment)
        payment.save()
        note(study, "payment", f"{assignment.rater} was paid at the recruiter")
    confirm_reward(payment)


def begin_try(payment: Payment) -> bool:
    """Take a payment in hand for one call; False when another process has it.

    `payment` is as it was read; its `tries` stay as they were before.
    """
    same = Payment.objects.filter(
        pk=payment.pk, state=payment.state, changed_at=payment.changed_at
    )
    return bool(
        same.update(
            state=Payment.State.SENT, tries=F("tries") + 1, changed_at=timezone.now()
        )
    )


def keep_fault(study: Study, payment: Payment, error: RecruiterError) -> None:
    """Write down that a call failed, and say so once in the log.

    A payment that may have taken effect stays in doubt until the recruiter's own
    lists decide it, whatever a later try says.
    """
    doubtful = payment.tries > 0 and payment.state != Payment.State.PLANNED
    state = Payment.State.PLANNED
    if error.permanent:
        state = Payment.State.FAILED
    elif error.uncertain or doubtful:
        state = Payment.State.UNKNOWN
    move(payment, state, problem=str(error))
    # once: it may be tried again by every advance, for days if need be
    if not payment.problem or payment.state != state:
        what = f"{payment.get_kind_display()} of {payment.assignment.rater}"
        note(study, "payment", f"{what} failed: {error}")


def move(payment: Payment, state: str, *, problem: str = "") -> None:
    """Set the state of a payment; what is confirmed stays so."""
    Payment.objects.filter(pk=payment.pk).exclude(state=Payment.State.CONFIRMED).update(
        state=state, problem=problem, changed_at=timezone.now()
    )
