"""Bonuses: paid from free funds with a fee of their own, once, and listed."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace import money, services
from marketplace.models import Account, Assignment, Bonus
from tests.marketplace import books, shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

Advance = Callable[[timedelta], None]


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


@pytest.fixture
def done(api: str) -> Assignment:
    return shop.submitted(shop.publish(shop.requester()), shop.worker())


def request(done: Assignment, **changes: str) -> dict[str, Any]:
    return {
        "WorkerId": done.worker.worker_id,
        "AssignmentId": done.assignment_id,
        "BonusAmount": "1.25",
        "Reason": "Careful work",
        **changes,
    }


@pytest.mark.parametrize(
    # 20 %, half up, at least a cent: the rule as last published by MTurk
    ("cents", "fee"),
    [(1, 1), (5, 1), (7, 1), (8, 2), (125, 25), (1_000, 200)],
)
def test_a_bonus_costs_a_fifth_and_a_cent_at_least(cents: int, fee: int) -> None:
    assert money.bonus_fee_cents(cents) == fee


def test_a_bonus_moves_from_the_requesters_funds_to_the_worker(
    client: "MTurkClient", done: Assignment
) -> None:
    client.send_bonus(**request(done))
    # 100.00 less 3 places of 0.18, less 1.25 and its fee of 0.25
    assert client.get_account_balance()["AvailableBalance"] == "97.96"
    earned = Account.objects.get(kind=Account.Kind.EARNINGS, worker=done.worker)
    assert earned.balance_cents == 125
    assert Account.objects.get(kind=Account.Kind.FEES).balance_cents == 25
    books.check_books()


def test_a_bonus_is_not_sent_twice_under_one_token(
    client: "MTurkClient", done: Assignment, advance: Advance
) -> None:
    once = request(done, UniqueRequestToken="bonus-1")
    client.send_bonus(**once)
    code, message = shop.failure(client.send_bonus, **once)
    assert (code, Bonus.objects.count()) == ("RequestAlreadyProcessed", 1)
    assert '"bonus-1"' in message
    advance(timedelta(hours=24, minutes=1))
    client.send_bonus(**once)
    assert Bonus.objects.count() == 2


def test_a_bonus_that_the_funds_do_not_cover_is_refused_whole(
    client: "MTurkClient", done: Assignment
) -> None:
    # 99.46 are free: the bonus alone would fit, its fee does not
    dear = request(done, BonusAmount="99.00", UniqueRequestToken="t")
    assert shop.failure(client.send_bonus, **dear)[0] == "InsufficientFunds"
    books.check_books()
    client.send_bonus(**request(done, UniqueRequestToken="t"))


def test_a_bonus_is_for_who_did_the_work(
    client: "MTurkClient", done: Assignment, api: str
) -> None:
    bob = shop.worker("bob")
    code, message = shop.failure(
        client.send_bonus, **request(done, WorkerId=bob.worker_id)
    )
    assert (code, "WorkerId" in message) == ("InvalidParameterValue", True)
    held = services.accept(bob, done.hit, done.accepted_at)
    code, _ = shop.failure(client.send_bonus, **request(held))
    assert code == "InvalidAssignmentState"
    shop.requester(key="OTHERREQUESTER000000")
    other = shop.mturk(api, key="OTHERREQUESTER000000")
    assert shop.failure(other.send_bonus, **request(done))[0] == (
        "AssignmentDoesNotExist"
    )


def test_a_bonus_comes_too_late_after_six_months(
    client: "MTurkClient", done: Assignment, advance: Advance
) -> None:
    advance(timedelta(days=184))
    code, message = shop.failure(client.send_bonus, **request(done))
    assert (code, "six months" in message) == ("InvalidParameterValue", True)


def test_bonuses_are_listed_of_a_hit_or_of_an_assignment(
    client: "MTurkClient", done: Assignment
) -> None:
    other = shop.submitted(done.hit, shop.worker("bob"))
    for number, mine in enumerate((done, other, done)):
        client.send_bonus(**request(mine, Reason=f"no. {number}"))
    pages = client.get_paginator("list_bonus_payments").paginate(
        HITId=done.hit.hit_id, PaginationConfig={"PageSize": 1}
    )
    of_hit = [row["Reason"] for page in pages for row in page["BonusPayments"]]
    assert of_hit == ["no. 0", "no. 1", "no. 2"]
    (row,) = client.list_bonus_payments(AssignmentId=other.assignment_id)[
        "BonusPayments"
    ]
    assert (row["WorkerId"], row["BonusAmount"]) == (other.worker.worker_id, "1.25")
    assert row["GrantTime"].tzinfo is not None
    both = {"HITId": done.hit.hit_id, "AssignmentId": done.assignment_id}
    for wrong in ({}, both):
        code, _ = shop.failure(client.list_bonus_payments, **wrong)
        assert code == "InvalidParameterValue"


def test_a_worker_sees_bonuses_among_the_earnings(
    done: Assignment, client: "MTurkClient"
) -> None:
    client.send_bonus(**request(done, Reason="Thanks <b>a lot</b>"))
    site = Client()
    shop.sign_in(site)
    page = site.get("/marketplace/earnings/").content.decode()
    assert "<dt>Bonuses</dt><dd>$1.25 <small>(1)</small>" in page
    assert "Thanks &lt;b&gt;a lot&lt;/b&gt;" in page


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(amount=st.text("0123456789.-+e \n", max_size=6))
def test_any_amount_is_paid_or_refused_by_name(
    client: "MTurkClient", done: Assignment, amount: str
) -> None:
    free = services.balances(done.hit.requester).available_cents
    before = Bonus.objects.count()
    try:
        cents = money.to_cents(amount)
    except ValueError:
        cents = 0
    if cents and cents + money.bonus_fee_cents(cents) <= free:
        client.send_bonus(**request(done, BonusAmount=amount))
        assert Bonus.objects.count() == before + 1
    else:
        code, _ = shop.failure(client.send_bonus, **request(done, BonusAmount=amount))
        assert code == ("InsufficientFunds" if cents else "InvalidParameterValue")
        assert Bonus.objects.count() == before
    books.check_books()
