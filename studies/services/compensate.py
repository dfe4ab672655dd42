"""Raters who finished and could not submit: found, and paid once on a person's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from studies.errors import RecruiterError, StudyError, WrongStateError
from studies.models import Assignment, Payment, Study
from studies.selectors import committed_usd
from studies.services.allocate import lock
from studies.services.bonuses import require_amount
from studies.services.events import note
from studies.services.pay import token_of
from studies.services.recruiting import get_recruiter
from studies.services.verdict import NEVER_SUBMITTED

if TYPE_CHECKING:
    from django.db.models import QuerySet

REASON = "For a session that you finished and could not submit"
_BONUS_WITHIN = timedelta(days=180)
"""A worker takes a bonus within six months of a submission (AWS, SendBonus)."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One session that was finished and never submitted, and what paying it costs.

    Where the recruiter cannot say what it takes for it, `problem` says why; the fee is
    not known then.
    """

    session: Assignment
    amount_usd: Decimal
    fee_usd: Decimal
    real_money: bool
    payment: Payment | None
    problem: str = ""

    @property
    def total_usd(self) -> Decimal:
        """The reward and the fee."""
        return self.amount_usd + self.fee_usd

    @property
    def open(self) -> bool:
        """Whether it can be compensated: nothing was begun, or it was written off."""
        payment = self.payment
        return payment is None or payment.state == Payment.State.WRITTEN_OFF


def unsubmitted(study: Study) -> "QuerySet[Assignment]":
    """Sessions whose votes are all held, and which were never handed in."""
    return study.assignments.filter(
        state=Assignment.State.EXPIRED,
        unused_reason=NEVER_SUBMITTED,
        posting__isnull=False,
    ).select_related("posting", "study")


def may_submit_yet(study: Study) -> int:
    """Count who finished and has time left: they are unsubmitted once it is over."""
    return study.assignments.filter(
        state=Assignment.State.COMPLETED, posting__isnull=False
    ).count()


def owed(study: Study) -> list[Owed]:
    """List who finished and could not submit, the first first."""
    return [_owed_or_problem(session) for session in unsubmitted(study)]


def _owed_or_problem(session: Assignment) -> Owed:
    try:
        return owed_for(session)
    except RecruiterError as error:
        posting = session.posting
        return Owed(
            session=session,
            amount_usd=posting.reward_usd if posting else session.study.reward_usd,
            fee_usd=Decimal("0.00"),
            real_money=True,
            payment=_begun(session),
            problem=str(error),
        )


def owed_for(session: Assignment) -> Owed:
    """Say what compensating a session costs and whether that was begun.

    RecruiterError where its recruiter does not say what it takes for it.
    """
    posting = session.posting
    if posting is None:
        raise WrongStateError("this session came through no recruiter")
    recruiter = get_recruiter(posting.recruiter)
    return Owed(
        session=session,
        amount_usd=posting.reward_usd,
        fee_usd=recruiter.cost(1, posting.reward_usd, 1).fee_usd,
        real_money=recruiter.spends_real_money,
        payment=_begun(session),
    )


def _begun(session: Assignment) -> Payment | None:
    return session.payments.filter(kind=Payment.Kind.COMPENSATION).first()


def compensate(
    session: Assignment, *, by: str, confirmed_usd: Decimal | None = None
) -> Payment:
    """Plan to pay a rater who could not submit; `settle` does it.

    On a session that this rater handed in it is a bonus; else the recruiter offers a
    place for this rater alone. WrongStateError when the session is not one of those or
    is being compensated already; StudyError beyond the hard cap, or when money is real
    and `confirmed_usd` is not the total to the cent. The votes stay as the rules say.
    """
    # asked before the lock is held: the answer is kept for a while
    owed_for(session)
    with transaction.atomic():
        study = lock(session.study)
        row = unsubmitted(study).filter(pk=session.pk).first()
        if row is None:
            raise WrongStateError(
                f"{session.rater} has not finished without submitting: nothing is owed"
            )
        due = owed_for(row)
        if not due.open:
            raise WrongStateError(f"{row.rater} is being compensated already")
        require_amount(due.total_usd, confirmed_usd, real=due.real_money)
        _require_room(study, due.total_usd)
        note(study, "compensation", f"{by} compensates {row.rater}")
        return _write(study, due, by)


@transaction.atomic
def compensate_all(
    rows: Sequence[Owed], *, by: str, confirmed_usd: Decimal | None
) -> list[Payment]:
    """Plan to pay each of these at the price that was shown, or none of them.

    Raises as `compensate`; `confirmed_usd` is the total of all.
    """
    for row in rows:
        if row.problem:
            raise StudyError(f"{row.session.rater}: {row.problem}")
    total = sum((row.total_usd for row in rows), Decimal("0.00"))
    require_amount(total, confirmed_usd, real=any(row.real_money for row in rows))
    return [compensate(row.session, by=by, confirmed_usd=row.total_usd) for row in rows]


def _require_room(study: Study, total: Decimal) -> None:
    spoken_for = committed_usd(study)
    if spoken_for + total > study.hard_cap_usd:
        raise StudyError(
            f"the compensation costs ${total:.2f}, and ${spoken_for:.2f} are spent or "
            f"spoken for: more than the hard cap of ${study.hard_cap_usd:.2f}"
        )


def _write(study: Study, due: Owed, by: str) -> Payment:
    fields = {
        "amount_usd": due.amount_usd,
        "fee_usd": due.fee_usd,
        "state": Payment.State.PLANNED,
        "reason": REASON,
        "planned_by": by,
        "problem": "",
    }
    if due.payment is not None:
        # begun before, so it is looked up first; its carrier stays what it was
        Payment.objects.filter(pk=due.payment.pk).update(**fields)
        due.payment.refresh_from_db()
        return due.payment
    return Payment.objects.create(
        assignment=due.session,
        kind=Payment.Kind.COMPENSATION,
        token=token_of(study, due.session, "compensation"),
        carrier=_carrier(due.session),
        **fields,
    )


def _carrier(session: Assignment) -> Assignment | None:
    """Return another session of this rater that was handed in, the latest."""
    posting = session.posting
    handed_in = Assignment.objects.filter(
        rater=session.rater,
        posting__recruiter=posting.recruiter if posting else "",
        state__in=(Assignment.State.SUBMITTED, Assignment.State.APPROVED),
        submitted_at__gt=timezone.now() - _BONUS_WITHIN,
    )
    return handed_in.exclude(external_id="").order_by("-submitted_at").first()
