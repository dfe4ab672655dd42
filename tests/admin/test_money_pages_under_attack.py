"""The pages that give money: clicked twice, filled in oddly, and nobody answers."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from studies.errors import RecruiterError
from studies.models import Assignment, Payment, Study
from studies.recruiters.base import Cost
from studies.services.verdict import NEVER_SUBMITTED
from tests.admin.judged import judged_study, session
from tests.fakes import FakeRecruiter

pytestmark = pytest.mark.django_db
FORM = {"amount_usd": "0.35", "reason": "Careful work"}


def address(study: Study, page: str) -> str:
    return f"/admin/studies/study/{study.pk}/{page}/"


@pytest.fixture
def priceless(recruiter: FakeRecruiter, monkeypatch: pytest.MonkeyPatch) -> str:
    """A recruiter that cannot be asked what it takes; returns what it says."""

    def cost(places: int, reward_usd: Decimal, posting_places: int) -> Cost:
        raise RecruiterError("Prolific: no route to host", permanent=False)

    monkeypatch.setattr(recruiter, "cost", cost)
    return "no route to host"


def test_a_second_click_gives_nothing_again_even_where_again_is_allowed(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    money = address(judged_study(), "money")
    again = {**FORM, "again": "on"}
    shown = ada.post(money, {**again, "look": "1"}).content.decode()
    assert 'name="shown_given" value="0"' in shown
    sure = {**again, "give": "1", "shown_total": "1.26", "shown_given": "0"}
    assert ada.post(money, sure).status_code == 302
    twice = ada.post(money, sure).content.decode()
    assert "was given to these sessions since this was shown" in twice
    assert 'name="shown_given" value="3"' in twice
    assert Payment.objects.filter(kind="bonus").count() == 3
    ada.post(money, {**sure, "shown_given": "3"})
    assert Payment.objects.filter(kind="bonus").count() == 6


def test_a_recruiter_that_does_not_answer_is_named_beside_the_form(
    ada: Client, priceless: str
) -> None:
    money = address(judged_study(), "money")
    shown = ada.post(money, {**FORM, "look": "1"})
    assert (shown.status_code, priceless in shown.content.decode()) == (200, True)


def test_the_watch_page_shows_who_is_owed_although_no_price_is_known(
    ada: Client, priceless: str
) -> None:
    study = judged_study()
    session(study, 9, Assignment.State.EXPIRED)
    Assignment.objects.filter(state="expired").update(
        used=False, unused_reason=NEVER_SUBMITTED
    )
    page = ada.get(address(study, "watch"))
    assert (page.status_code, priceless in page.content.decode()) == (200, True)
    assert 'name="compensate"' not in page.content.decode()
    number = Assignment.objects.get(state="expired").pk
    ada.post(address(study, "money"), {"compensate": str(number)})
    assert not Payment.objects.filter(kind="compensation").exists()


@pytest.mark.parametrize(
    "number", ["9" * 19, "9" * 5000, "-1", "1e3", "\u0669" * 4, "\u00b2"]
)
def test_no_number_of_a_row_breaks_a_page(
    ada: Client, recruiter: FakeRecruiter, number: str
) -> None:
    money = address(judged_study(), "money")
    for act in ("retry", "write_off", "compensate"):
        assert ada.post(money, {act: number}).status_code == 302
    assert ada.get(money, {"session": number}).status_code == 404


@pytest.mark.parametrize("amount", ["nan", "inf", "1e30", "1e-9", "-1", "", "\u0661"])
def test_no_amount_breaks_a_page(
    ada: Client, recruiter: FakeRecruiter, amount: str
) -> None:
    study = judged_study()
    recruiter.spends_real_money = True
    money, watch = address(study, "money"), address(study, "watch")
    posts: list[tuple[str, dict[str, str]]] = [
        (money, {**FORM, "amount_usd": amount, "look": "1"}),
        (money, {**FORM, "give": "1", "shown_total": "1.26", "amount": amount}),
        (watch, {"cap": "1", "hard_cap_usd": amount, "soft_cap_usd": amount}),
        (watch, {"recruit": "1", "recruiter": "mturk", "amount": amount}),
        (watch, {"recruit": "1", "recruiter": "mturk", "sessions": amount}),
    ]
    for url, form in posts:
        assert ada.post(url, form).status_code in (200, 302)
    assert not Payment.objects.filter(kind="bonus").exists()
    assert study.postings.count() == 1


def test_only_who_may_launch_moves_money_or_recruiters(
    staff: Callable[..., Client], recruiter: FakeRecruiter
) -> None:
    study = judged_study()
    watch = address(study, "watch")
    looks = staff("view_study", "view_assignment", "write_off_payment")
    for act in ("close", "cap", "recruit", "stop", "advance"):
        assert looks.post(watch, {act: "1"}).status_code == 403
    for act in ("retry", "write_off", "compensate", "look", "give"):
        assert looks.post(address(study, "money"), {act: "1"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_many_refused_payments_are_tried_again_at_once(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = judged_study(sessions=0)
    recruiter.sessions = {study.postings.get().external_id: {}}
    for number in range(3):
        Payment.objects.create(
            assignment=session(study, number, Assignment.State.SUBMITTED),
            amount_usd=Decimal("0.20"),
            fee_usd=Decimal("0.04"),
            state=Payment.State.FAILED,
            token=f"refused-{number}",
            tries=1,
        )
    assert 'name="retry_all"' in ada.get(address(study, "watch")).content.decode()
    Study.objects.update(hard_cap_usd="0.50")
    shown = ada.post(address(study, "money"), {"retry_all": "1"}, follow=True)
    assert "2 payments tried again; the hard cap" in shown.content.decode()
    Study.objects.update(hard_cap_usd="0.72")
    ada.post(address(study, "money"), {"retry_all": "1"})
    assert set(Payment.objects.values_list("state", flat=True)) == {"confirmed"}
