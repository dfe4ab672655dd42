"""Paid per hour, median time, fees and bonuses: by hand from a small study."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from studies.models import Assignment, Payment, Study
from studies.selectors.spending import spending, spending_text
from studies.services.report import declared
from tests.admin.judged import judged_study, session
from tests.worlds import World, live_study

pytestmark = pytest.mark.django_db


def timed(study: Study, *minutes: int) -> list[Assignment]:
    """Give the study's sessions so many minutes each."""
    rows = list(study.assignments.order_by("pk"))
    for row, each in zip(rows, minutes, strict=True):
        end = row.started_at + timedelta(minutes=each)
        Assignment.objects.filter(pk=row.pk).update(completed_at=end, submitted_at=end)
    return rows


def extra(row: Assignment, kind: str, usd: str, state: str = "confirmed") -> None:
    Payment.objects.create(
        assignment=row,
        kind=kind,
        amount_usd=Decimal(usd),
        fee_usd=Decimal("0.10"),
        state=state,
        token=f"{kind}-{row.pk}-{state}",
    )


def test_nothing_paid_is_no_figure() -> None:
    study = live_study()
    money = spending(study)
    assert (money.paid_per_hour_usd, money.median_minutes) == (None, None)
    assert money.spent_usd == money.paid_sessions == 0
    # nine places of 0.24
    assert money.sold_usd == Decimal("2.16")
    assert spending_text(study) == ""


def test_the_figures_of_a_paid_study() -> None:
    study = judged_study()
    first, second, _ = timed(study, 10, 20, 60)
    extra(first, "bonus", "0.50")
    extra(second, "bonus", "0.30", "unknown")
    extra(second, "compensation", "0.20", "failed")
    money = spending(study)
    # 3 x 0.20 and a bonus of 0.50 in 90 minutes: 1.10 / 1.5
    assert money.paid_per_hour_usd == Decimal("0.73")
    assert money.median_minutes == 20
    assert (money.rewards_usd, money.bonuses_usd) == (Decimal("0.60"), Decimal("0.50"))
    assert money.fees_usd == Decimal("0.22")
    assert money.spent_usd == Decimal("1.32")
    assert money.pending_usd == Decimal("0.40")
    assert money.refused_usd == Decimal("0.30")
    assert (money.paid_sessions, money.timed_sessions) == (3, 3)


def test_simulated_raters_are_paid_and_not_timed() -> None:
    study = judged_study()
    people = timed(study, 10, 20, 60)
    Assignment.objects.filter(pk=people[2].pk).update(rater="mturk:ASIM1R0001")
    money = spending(study)
    # 2 x 0.20 in 30 minutes
    assert money.paid_per_hour_usd == Decimal("0.80")
    assert (money.paid_sessions, money.timed_sessions) == (3, 2)


def test_a_session_without_times_of_its_own_is_paid_and_not_timed() -> None:
    study = judged_study(sessions=2)
    timed(study, 30, 90)
    session(study, 5)
    money = spending(study)
    assert (money.paid_sessions, money.timed_sessions) == (3, 2)
    assert money.median_minutes == 60
    # 0.40 in two hours
    assert money.paid_per_hour_usd == Decimal("0.20")


def test_the_report_and_the_list_say_what_was_paid() -> None:
    study = judged_study(sessions=2)
    timed(study, 30, 90)
    out = StringIO()
    call_command("studies", stdout=out)
    assert "$0.48 spent, $0.20 per hour, median 60.0 min" in out.getvalue()
    assert declared(study)["paid"] == (
        "$0.48 for 2 sessions (rewards $0.40, bonuses $0.00, fees $0.08), "
        "$0.20 per hour, median 60.0 minutes"
    )
    assert "paid" not in declared(live_study(World(slug="other")))
