"""Bonuses and compensations: sent, found again, and brought to an end.

What was ever begun is looked up in the recruiter's own list before it is sent again:
its tokens are forgotten after a day, ours must still be good then.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from studies.errors import RecruiterError
from studies.models import Assignment, Payment, Posting, Study
from studies.recruiters.base import (
    SETTLING,
    BonusSpec,
    CompensationSpec,
    PostingHandle,
    Recruiter,
)
from studies.services.calls import Calls
from studies.services.latecomers import late_due
from studies.services.outcomes import note_outcome, retry_rejections
from studies.services.pay import begin_try, keep_fault, move
from studies.services.recruiting import get_recruiter

PATIENCE = timedelta(minutes=10)
"""A call that was begun longer ago was left by a dead worker: no call takes so long."""
OFFER_DAYS = 30
"""How long a rater may come for a compensation."""
_DECIDED_WITHIN = timedelta(days=31)
"""Recruiters pay by themselves what nobody decided for so long (AWS: 30 days)."""
_EXTRAS = (Payment.Kind.BONUS, Payment.Kind.COMPENSATION)
_UNDECIDED = (Assignment.State.SUBMITTED, Assignment.State.REJECTING)


def due_studies() -> "QuerySet[Study]":
    """Studies for which `advance` has something to do."""
    waiting = Payment.objects.filter(
        assignment__study=OuterRef("pk"), kind__in=_EXTRAS, state__in=Payment.UNSETTLED
    )
    undecided = _undecided().filter(study=OuterRef("pk"))
    closed = Q(state=Study.State.CLOSED) & Q(Exists(undecided))
    late = Q(pk__in=late_due(timezone.now()))
    return Study.objects.filter(
        Q(state__in=Study.RUNNING) | Exists(waiting) | closed | late
    )


def _undecided() -> "QuerySet[Assignment]":
    """Sessions that the recruiter may still pay by itself, or that are being rejected.

    One that came through no recruiter, as in an import, is never asked about.
    """
    return Assignment.objects.filter(
        state__in=_UNDECIDED,
        posting__isnull=False,
        submitted_at__gt=timezone.now() - _DECIDED_WITHIN,
    )


def follow_up(study: Study, calls: Calls) -> int:
    """Do what is due for a closed study: verdicts of the recruiters, then `settle`.

    Returns how many bonuses and compensations were paid. A recruiter that does not
    answer is kept in `calls`, and holds up nothing of the others.
    """
    left = _undecided().filter(study=study)
    for posting in Posting.objects.filter(pk__in=left.values("posting")):
        held = dict(left.filter(posting=posting).values_list("external_id", "state"))
        with calls.to(posting.recruiter):
            recruiter = get_recruiter(posting.recruiter)
            for submission in recruiter.submissions(posting.external_id):
                if submission.external_id in held:
                    note_outcome(posting, submission, held=held[submission.external_id])
            retry_rejections(study, recruiter)
    return settle(study)


def settle(study: Study, *, patience: timedelta = PATIENCE) -> int:
    """Send what was planned, look for what is in doubt; return how many are paid now.

    A fault is kept on the Payment row. Where a recruiter does not answer, the rest of
    its payments wait for the next time.
    """
    paid = 0
    silent: set[str] = set()
    for payment in _waiting(study, patience):
        name = _posting(payment).recruiter
        if name in silent:
            continue
        try:
            paid += _settle(payment, get_recruiter(name))
        except RecruiterError as error:
            keep_fault(study, payment, error)
            if not error.permanent and error.code != SETTLING:
                silent.add(name)
    return paid


def _waiting(study: Study, patience: timedelta) -> list[Payment]:
    rows = Payment.objects.filter(
        assignment__study=study, kind__in=_EXTRAS, state__in=Payment.UNSETTLED
    )
    # another process is sending it right now
    at_work = Q(
        state=Payment.State.SENT,
        offer_id="",
        changed_at__gt=timezone.now() - patience,
    )
    return list(rows.exclude(at_work).select_related("assignment__posting", "carrier"))


def _settle(payment: Payment, recruiter: Recruiter) -> bool:
    """Take one payment as far as it goes now; return whether it is paid."""
    if _came_after_all(payment):
        return _withdraw(payment, recruiter)
    if payment.offer_id:
        return _collect_offer(payment, recruiter)
    if not begin_try(payment):
        return False
    if payment.kind == Payment.Kind.BONUS or payment.carrier is not None:
        spec = bonus_spec(payment)
        if not (payment.tries and recruiter.bonus_paid(spec)):
            with _sending(payment):
                recruiter.bonus(spec)
    elif (offer := _offer(payment, recruiter)) is not None:
        Payment.objects.filter(pk=payment.pk).update(offer_id=offer.external_id)
        return False
    move(payment, Payment.State.CONFIRMED)
    return True


def _offer(payment: Payment, recruiter: Recruiter) -> PostingHandle | None:
    with _sending(payment):
        return recruiter.compensate(_compensation_spec(payment))


@contextmanager
def _sending(payment: Payment) -> Iterator[None]:
    """Write down when a call was made, before it is made.

    Taken back where the recruiter says that this call did nothing: what came of an
    earlier one is still to be seen from its own time on.
    """
    row = Payment.objects.filter(pk=payment.pk)
    row.update(sent_at=timezone.now())
    try:
        yield
    except RecruiterError as error:
        if not error.uncertain:
            row.update(sent_at=payment.sent_at)
        raise


def _came_after_all(payment: Payment) -> bool:
    """Whether the form of a session arrived whose compensation can be taken back.

    One that was sent and not offered cannot: it is brought to its end, and the reward
    is not paid beside it.
    """
    if payment.kind != Payment.Kind.COMPENSATION:
        return False
    back = payment.state == Payment.State.PLANNED or bool(payment.offer_id)
    return back and payment.assignment.state not in Assignment.GONE


def _withdraw(payment: Payment, recruiter: Recruiter) -> bool:
    """Take a compensation back, unless its rater has it; return whether she has."""
    if payment.tries and not payment.offer_id:
        if recruiter.bonus_paid(bonus_spec(payment)):
            move(payment, Payment.State.CONFIRMED)
            return True
        if (offer := recruiter.find([payment.token]).get(payment.token)) is not None:
            payment.offer_id = offer.external_id
            payment.save(update_fields=["offer_id"])
    if payment.offer_id:
        recruiter.expire(payment.offer_id)
        if recruiter.status(payment.offer_id).working:
            # she has accepted it, and may submit it still
            return False
        if _approve_offer(payment, recruiter):
            return True
    move(payment, Payment.State.WRITTEN_OFF, problem="it was submitted after all")
    return False


def _collect_offer(payment: Payment, recruiter: Recruiter) -> bool:
    """Approve the compensation once its rater has come for it."""
    if payment.state == Payment.State.PLANNED:
        # a person tries again what its rater did not come for
        recruiter.extend(payment.offer_id, 1)
        move(payment, Payment.State.SENT)
    if _approve_offer(payment, recruiter):
        return True
    if not recruiter.status(payment.offer_id).ended:
        return False
    # asked once more: she may have come between the two questions
    if _approve_offer(payment, recruiter):
        return True
    raise RecruiterError(
        f"{payment.assignment.rater} did not come for it in time: try again to offer "
        "it once more, or write it off",
        permanent=True,
    )


def _approve_offer(payment: Payment, recruiter: Recruiter) -> bool:
    for submission in recruiter.submissions(payment.offer_id):
        recruiter.approve(submission.external_id)
        move(payment, Payment.State.CONFIRMED)
        return True
    return False


def bonus_spec(payment: Payment) -> BonusSpec:
    """What the recruiter is told of a payment that is sent as a bonus."""
    bearer = payment.carrier or payment.assignment
    reference = f"(ref. {payment.token[:12]})"
    return BonusSpec(
        token=payment.token,
        external_id=bearer.external_id,
        worker_id=bearer.rater.partition(":")[2],
        amount_usd=payment.amount_usd,
        reason=f"{payment.reason} {reference}",
        reference=reference,
        posting_id=bearer.posting.external_id if bearer.posting else "",
        earlier=_earlier(payment, bearer),
        tried_at=payment.sent_at,
    )


def _earlier(payment: Payment, bearer: Assignment) -> tuple[Any, ...]:
    """Amounts of the other bonuses that this session carries."""
    own = Q(assignment=bearer, kind=Payment.Kind.BONUS)
    rows = Payment.objects.filter(
        own | Q(carrier=bearer), state=Payment.State.CONFIRMED
    )
    return tuple(
        rows.exclude(pk=payment.pk)
        .order_by("created_at", "pk")
        .values_list("amount_usd", flat=True)
    )


def _compensation_spec(payment: Payment) -> CompensationSpec:
    study = payment.assignment.study
    page = reverse("rating:owed", args=[payment.token])
    return CompensationSpec(
        token=payment.token,
        external_id=payment.assignment.external_id,
        posting_id=_posting(payment).external_id,
        worker_id=payment.assignment.rater.partition(":")[2],
        amount_usd=payment.amount_usd,
        title=f"What you are owed for: {study.title}"[:128],
        description="You finished a session that could not be submitted. Accept this, "
        "press submit, and you are paid for it. There is nothing else to do.",
        entry_url=f"{settings.SITE_URL}{page}",
        lifetime_seconds=OFFER_DAYS * 86_400,
        tried_at=payment.sent_at,
    )


def _posting(payment: Payment) -> Posting:
    posting = payment.assignment.posting
    # bonuses and compensations are planned for sessions of a recruiter alone
    assert posting is not None
    return posting
