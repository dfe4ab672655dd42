"""Payments that were refused for good: a person mends and retries, or writes off."""

from django.db import transaction
from django.db.models import Q, QuerySet

from analysis.votes import counted
from studies.errors import RecruiterError, StudyError, WrongStateError
from studies.models import Assignment, Payment, Study
from studies.selectors import committed_usd, spent_usd
from studies.services.allocate import lock
from studies.services.events import note
from studies.services.pay import move
from studies.services.recruiting import get_recruiter
from studies.services.settle import bonus_spec

MIN_REASON = 5


def stuck_payments(study: Study) -> "QuerySet[Payment]":
    """Payments that a recruiter refused, and that nothing has settled since."""
    waits = ~Q(kind=Payment.Kind.REWARD) | Q(
        assignment__state=Assignment.State.SUBMITTED
    )
    return Payment.objects.filter(
        waits, assignment__study=study, state=Payment.State.FAILED
    ).select_related("assignment__posting", "assignment__study")


@transaction.atomic
def retry(payment: Payment, *, by: str) -> None:
    """Let advance send a refused payment again, once its cause is mended.

    WrongStateError when it was not refused; StudyError beyond the hard cap.
    """
    study = lock(payment.assignment.study)
    _require_failed(payment)
    total = payment.amount_usd + payment.fee_usd
    # a reward's place was sold for it; a bonus may not take the money of those
    reward = payment.kind == Payment.Kind.REWARD
    spoken_for = spent_usd(study) if reward else committed_usd(study)
    if spoken_for + total > study.hard_cap_usd:
        raise StudyError(
            f"the hard cap of ${study.hard_cap_usd:.2f} leaves no room for "
            f"${total:.2f}: raise it first"
        )
    move(payment, Payment.State.PLANNED)
    note(study, "payment", f"{by} tries again to pay {payment.assignment.rater}")


def retry_all(study: Study, *, by: str) -> int:
    """Let advance send every refused payment again; return how many.

    StudyError at the first one beyond the hard cap: those before it are sent.
    """
    tried = 0
    for payment in stuck_payments(study):
        try:
            retry(payment, by=by)
        except WrongStateError:
            # somebody else was first
            continue
        except StudyError as error:
            raise StudyError(f"{counted(tried, 'payment')} tried again; {error}") from (
                error
            )
        tried += 1
    return tried


def write_off(payment: Payment, *, reason: str, by: str) -> None:
    """Decide that a refused payment is not made; the reason is kept.

    The recruiter is asked first where its list can tell: what was paid after all is
    booked as paid, and StudyError says so. RecruiterError when it does not answer.
    """
    if len(reason.strip()) < MIN_REASON:
        raise StudyError("say why it is not paid, in a few words: others will ask")
    _require_failed(payment)
    posting = payment.assignment.posting
    if posting is not None and _paid_after_all(payment, posting.recruiter):
        move(payment, Payment.State.CONFIRMED)
        raise StudyError("it was paid after all: it is booked as paid")
    with transaction.atomic():
        study = lock(payment.assignment.study)
        _require_failed(payment)
        text = f"written off by {by}: {reason}"
        move(payment, Payment.State.WRITTEN_OFF, problem=text)
        what = f"{payment.get_kind_display()} of {payment.assignment.rater}"
        note(study, "payment", f"{what} {text}")


def _paid_after_all(payment: Payment, name: str) -> bool:
    if payment.kind == Payment.Kind.REWARD:
        # the list of submissions is read by every advance, and overrides a write-off
        return False
    recruiter = get_recruiter(name)
    if payment.offer_id:
        try:
            recruiter.expire(payment.offer_id)
        except RecruiterError as error:
            if not error.permanent:
                raise
        for row in recruiter.submissions(payment.offer_id):
            if row.status != "approved":
                raise StudyError("the rater has come for it: try again to pay it")
            return True
        return False
    sent_as_bonus = payment.kind == Payment.Kind.BONUS or payment.carrier is not None
    return sent_as_bonus and recruiter.bonus_paid(bonus_spec(payment))


def _require_failed(payment: Payment) -> None:
    payment.refresh_from_db()
    if payment.state != Payment.State.FAILED:
        raise WrongStateError(
            f"this payment is {payment.get_state_display().lower()}: only a refused "
            "one can be tried again or written off"
        )
