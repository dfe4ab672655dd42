"""The launch page: figures first, the amount typed where money is real."""

import pytest
from django.test import Client

from studies.models import Study
from tests.fakes import FakeRecruiter
from tests.worlds import World, built_study

pytestmark = pytest.mark.django_db(transaction=True)


def launch(client: Client, study: Study, **typed: str) -> str:
    url = f"/admin/studies/study/{study.pk}/launch/"
    page = client.get(url)
    shown = {"shown_total": f"{page.context['plan'].total_usd:.2f}"}
    answer = client.post(url, {"recruiter": "mturk", **shown, **typed}, follow=True)
    study.refresh_from_db()
    return answer.content.decode()


def test_figures_costs_and_rules_stand_on_the_page(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    # 6 clips x 4 systems x 3 votes = 72 votes; sessions of 5: one clip is set aside
    study = built_study()
    page = ada.get(f"/admin/studies/study/{study.pk}/launch/").content.decode()
    for text in ("<td>24</td>", "<td>72</td>", "$1,000.00", "stimuli_sha256", "a fake"):
        assert text in page
    assert "No real money is spent" in page


def test_launching_goes_live_and_fixes_the_rules(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = built_study()
    page = launch(ada, study)
    assert study.state == Study.State.LIVE
    assert recruiter.calls["open"] > 0
    assert study.spec_hash in page


@pytest.mark.parametrize("typed", ["", "1", "3.599", "nonsense"])
def test_real_money_wants_the_exact_amount(
    ada: Client, recruiter: FakeRecruiter, typed: str
) -> None:
    recruiter.spends_real_money = True
    study = built_study()
    page = launch(ada, study, amount=typed)
    assert "Real money" in page
    assert study.state == Study.State.READY
    assert recruiter.calls["open"] == 0


def test_real_money_is_spent_once_the_amount_is_typed(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    recruiter.spends_real_money = True
    study = built_study()
    url = f"/admin/studies/study/{study.pk}/launch/"
    total = ada.get(url).context["plan"].total_usd
    launch(ada, study, amount=f"{total:.2f}")
    assert study.state == Study.State.LIVE


def test_figures_that_changed_meanwhile_are_shown_again(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = built_study()
    page = launch(ada, study, shown_total="0.01")
    assert "figures have changed" in page
    assert study.state == Study.State.READY


def test_an_empty_account_forbids_the_launch(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    recruiter.money = type(recruiter.money)("0.10")
    study = built_study()
    page = launch(ada, study)
    assert "account holds $0.10" in page
    assert study.state == Study.State.READY


def test_what_goes_wrong_while_publishing_stands_on_the_page(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    recruiter.fail["open"] = "before"
    study = built_study()
    page = launch(ada, study)
    assert study.state == Study.State.LAUNCHING
    assert "open failed" in page
    launch_again = ada.post(f"/admin/studies/study/{study.pk}/launch/", follow=True)
    study.refresh_from_db()
    assert study.state == Study.State.LIVE
    assert launch_again.status_code == 200


def test_fewer_votes_cost_less_at_once(ada: Client, recruiter: FakeRecruiter) -> None:
    study = built_study(World(settings={"votes_per_item": 3}))
    before = ada.get(f"/admin/studies/study/{study.pk}/launch/").context["plan"]
    form = ada.get(f"/admin/studies/study/{study.pk}/change/").context["adminform"].form
    typed = {name: form[name].value() for name in form.fields}
    typed = {name: value for name, value in typed.items() if value is not None}
    ada.post(f"/admin/studies/study/{study.pk}/change/", {**typed, "votes_per_item": 1})
    after = ada.get(f"/admin/studies/study/{study.pk}/launch/").context["plan"]
    assert (before.votes, after.votes) == (72, 24)
    assert after.total_usd < before.total_usd
