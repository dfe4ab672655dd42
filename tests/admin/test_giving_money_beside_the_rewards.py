"""Bonuses, compensations and refused payments, clicked."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from studies.models import Assignment, Payment, Study
from studies.services.verdict import NEVER_SUBMITTED
from tests.admin.judged import judged_study, session
from tests.fakes import FakeRecruiter

pytestmark = pytest.mark.django_db
FORM = {"amount_usd": "0.35", "reason": "Careful work"}
State = Payment.State


def pages(study: Study) -> tuple[str, str]:
    """The addresses of the Watch page and of the page that gives money."""
    home = f"/admin/studies/study/{study.pk}"
    return f"{home}/watch/", f"{home}/money/"


def refused(study: Study) -> Payment:
    """A session whose payment the recruiter refused for good."""
    made = session(study, 8, Assignment.State.SUBMITTED)
    return Payment.objects.create(
        assignment=made,
        amount_usd=Decimal("0.20"),
        fee_usd=Decimal("0.04"),
        state=State.FAILED,
        problem="not enough money",
        token="refused",
        tries=1,
    )


def unsubmitted(study: Study) -> Assignment:
    made = session(study, 9, Assignment.State.EXPIRED)
    Assignment.objects.filter(pk=made.pk).update(
        used=False, unused_reason=NEVER_SUBMITTED, completed_at=made.started_at
    )
    return made


def test_the_total_is_shown_before_anything_is_given(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    watch, money = pages(judged_study())
    assert money in ada.get(watch).content.decode()
    assert "To the 3 sessions whose votes" in ada.get(money).content.decode()
    shown = ada.post(money, {**FORM, "look": "1"}).content.decode()
    assert "$1.26" in shown
    assert not recruiter.bonuses
    # another total than was shown is shown first
    ada.post(money, {**FORM, "give": "1", "shown_total": "1.05"})
    assert not Payment.objects.filter(kind="bonus").exists()
    reply = ada.post(money, {**FORM, "give": "1", "shown_total": "1.26"})
    assert reply.status_code == 302
    again = ada.post(money, {**FORM, "look": "1"}).content.decode()
    assert "got or are getting" in again
    assert Payment.objects.filter(kind="bonus").count() == 3


@pytest.mark.django_db(transaction=True)
def test_one_session_is_given_a_bonus_from_its_page(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = judged_study()
    recruiter.spends_real_money = True
    recruiter.sessions = {study.postings.get().external_id: {}}
    one = study.assignments.first()
    assert one is not None
    page = ada.get(f"/admin/studies/assignment/{one.pk}/change/").content.decode()
    _, money = pages(study)
    assert f'href="{money}?session={one.pk}"' in page
    address = f"{money}?session={one.pk}"
    assert f"To {one.rater}" in ada.get(address).content.decode()
    wrong = {**FORM, "give": "1", "shown_total": "0.42", "amount": "0.35"}
    assert "The total is 0.42" in ada.post(address, wrong).content.decode()
    assert not recruiter.bonuses
    ada.post(address, {**wrong, "amount": "0.42"})
    [sent] = recruiter.bonuses
    assert sent.worker_id == one.rater.removeprefix("mturk:")
    assert Payment.objects.get(kind="bonus").state == State.CONFIRMED


def test_bad_input_is_refused_beside_the_form(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = judged_study()
    _, money = pages(study)
    for change in ({"amount_usd": "x"}, {"reason": ""}, {"amount_usd": "-1"}):
        assert ada.post(money, {**FORM, **change, "look": "1"}).status_code == 200
    rich = ada.post(money, {**FORM, "amount_usd": "400.00", "look": "1"})
    assert "more than the hard cap" in rich.content.decode()
    for number in ("x", "99999", "1e3"):
        assert ada.get(f"{money}?session={number}").status_code == 404
    for act in ("retry", "write_off", "compensate"):
        assert ada.post(money, {act: "99999"}).status_code == 302
    assert not Payment.objects.exclude(kind="reward").exists()


@pytest.mark.django_db(transaction=True)
def test_a_refused_payment_is_tried_again(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = judged_study()
    payment = refused(study)
    watch, money = pages(study)
    assert "not enough money" in ada.get(watch).content.decode()
    recruiter.sessions = {study.postings.get().external_id: {}}
    ada.post(money, {"retry": str(payment.pk)})
    payment.refresh_from_db()
    assert payment.state == State.CONFIRMED
    assert 'id="stuck"' not in ada.get(watch).content.decode()


@pytest.mark.django_db(transaction=True)
def test_writing_off_lets_a_study_close(ada: Client, recruiter: FakeRecruiter) -> None:
    study = judged_study()
    payment = refused(study)
    Study.objects.update(state=Study.State.CLOSING)
    recruiter.sessions = {study.postings.get().external_id: {}}
    _, money = pages(study)
    ada.post(money, {"write_off": str(payment.pk), "reason": "no"})
    payment.refresh_from_db()
    assert payment.state == State.FAILED
    ada.post(money, {"write_off": str(payment.pk), "reason": "the account is gone"})
    payment.refresh_from_db()
    study.refresh_from_db()
    assert payment.state == State.WRITTEN_OFF
    assert "by ada: the account is gone" in payment.problem
    assert study.state == Study.State.CLOSED


@pytest.mark.django_db(transaction=True)
def test_who_could_not_submit_is_compensated_from_the_watch_page(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = judged_study()
    made = unsubmitted(study)
    watch, money = pages(study)
    page = ada.get(watch).content.decode()
    assert "Finished, and could not submit" in page
    recruiter.spends_real_money = True
    recruiter.sessions = {study.postings.get().external_id: {}}
    ada.post(money, {"compensate": str(made.pk), "amount": "0.20"})
    assert not Payment.objects.filter(kind="compensation").exists()
    for _ in range(2):
        ada.post(money, {"compensate": str(made.pk), "amount": "0.24"})
    assert Payment.objects.get(kind="compensation").state == State.SENT
    assert len(recruiter.owed) == 1


def test_money_needs_its_permissions(
    staff: Callable[..., Client], recruiter: FakeRecruiter
) -> None:
    study = judged_study()
    payment = refused(study)
    watch, money = pages(study)
    looks = staff("view_study", "launch_study")
    page = looks.get(watch).content.decode()
    assert "Try again" in page
    assert "Write off" not in page
    denied = looks.post(money, {"write_off": str(payment.pk), "reason": "because"})
    assert denied.status_code == 403
    payment.refresh_from_db()
    assert payment.state == State.FAILED


def test_who_may_not_launch_gives_nothing(
    staff: Callable[..., Client], recruiter: FakeRecruiter
) -> None:
    study = judged_study()
    watch, money = pages(study)
    looks = staff("view_study", "view_assignment")
    assert money not in looks.get(watch).content.decode()
    assert looks.get(money).status_code == 403
    assert looks.post(money, {**FORM, "look": "1"}).status_code == 403
