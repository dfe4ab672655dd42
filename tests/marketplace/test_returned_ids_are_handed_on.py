"""The id of a returned or abandoned assignment goes to the next worker, as at MTurk."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError
from django.test import Client

from marketplace import clock, services
from marketplace.models import Assignment, Requester
from tests.marketplace import books, shop
from tests.marketplace.test_accept_race import at_once

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient

Advance = Callable[[timedelta], None]


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def test_a_returned_and_an_abandoned_id_go_to_the_next_workers(
    lab: Requester, advance: Advance
) -> None:
    hit = shop.publish(lab)
    names = ("alice", "bob", "carol", "dan", "eve")
    alice, bob, carol, dan, eve = (shop.worker(name) for name in names)
    abandoned = services.accept(alice, hit, clock.now()).assignment_id
    advance(timedelta(minutes=61))
    returned = services.accept(bob, hit, clock.now())
    assert returned.assignment_id == abandoned
    services.give_back(returned, clock.now())
    again = services.accept(carol, hit, clock.now())
    assert (again.assignment_id, again.handed_on) == (abandoned, True)
    fresh = [services.accept(worker, hit, clock.now()) for worker in (dan, eve)]
    assert len({abandoned, *(mine.assignment_id for mine in fresh)}) == 3
    assert not any(mine.handed_on for mine in fresh)


def test_an_id_is_handed_on_within_its_hit_alone(lab: Requester) -> None:
    first, second = shop.publish(lab), shop.publish(lab)
    mine = services.accept(shop.worker("alice"), first, clock.now())
    services.give_back(mine, clock.now())
    other = services.accept(shop.worker("bob"), second, clock.now())
    assert other.assignment_id != mine.assignment_id


def test_who_takes_the_place_back_has_it_as_before(lab: Requester) -> None:
    hit, alice = shop.publish(lab), shop.worker()
    mine = services.accept(alice, hit, clock.now())
    services.give_back(mine, clock.now())
    again = services.accept(alice, hit, clock.now())
    # nobody else ever knew the id: a page that is still open may submit
    assert (again.assignment_id, again.handed_on) == (mine.assignment_id, False)


def test_calls_that_name_the_id_mean_its_holder(
    client: "MTurkClient", lab: Requester
) -> None:
    hit = shop.publish(lab)
    first = services.accept(shop.worker("alice"), hit, clock.now())
    services.give_back(first, clock.now())
    bob = shop.worker("bob")
    mine = services.accept(bob, hit, clock.now())
    named: Any = {"AssignmentId": mine.assignment_id}
    assert shop.failure(client.get_assignment, **named)[0] == "InvalidAssignmentState"
    shop.submit(mine)
    got = client.get_assignment(**named)["Assignment"]
    assert got["WorkerId"] == bob.worker_id
    client.approve_assignment(**named)
    client.send_bonus(
        **named, WorkerId=bob.worker_id, BonusAmount="0.10", Reason="well done"
    )
    listed = client.list_assignments_for_hit(HITId=hit.hit_id)["Assignments"]
    assert [each["WorkerId"] for each in listed] == [bob.worker_id]
    books.check_books()


def test_each_worker_sees_what_became_of_the_own_one(lab: Requester) -> None:
    hit = shop.publish(lab)
    for name in ("alice", "bob"):
        mine = services.accept(shop.worker(name), hit, clock.now())
        if name == "alice":
            services.give_back(mine, clock.now())
    browsers = {"alice": Client(), "bob": Client()}
    for name, browser in browsers.items():
        shop.sign_in(browser, name)
    place = f"/marketplace/assignments/{mine.assignment_id}/"
    assert browsers["bob"].get(place).status_code == 200
    away = browsers["alice"].get(place, follow=True)
    assert away.redirect_chain[-1][0] == f"{place}submitted"
    assert b"returned" in away.content
    assert browsers["alice"].post(f"{place}return").status_code == 409
    mine.refresh_from_db()
    assert mine.status == "Accepted"


def test_one_worker_may_come_and_go_with_one_id(lab: Requester) -> None:
    hit, alice = shop.publish(lab), shop.worker()
    for _ in range(3):
        mine = services.accept(alice, hit, clock.now())
        services.give_back(mine, clock.now())
    mine = services.accept(alice, hit, clock.now())
    browser = Client()
    shop.sign_in(browser)
    page = browser.get(f"/marketplace/assignments/{mine.assignment_id}/")
    assert (page.status_code, Assignment.objects.count()) == (200, 4)


def test_by_setting_every_acceptance_has_an_id_of_its_own(
    lab: Requester, settings: Any
) -> None:
    settings.MARKETPLACE_REUSE_ASSIGNMENT_IDS = False
    hit = shop.publish(lab)
    mine = services.accept(shop.worker("alice"), hit, clock.now())
    services.give_back(mine, clock.now())
    other = services.accept(shop.worker("bob"), hit, clock.now())
    assert other.assignment_id != mine.assignment_id
    assert not other.handed_on


def test_the_database_itself_lets_one_hold_an_id(lab: Requester) -> None:
    hit = shop.publish(lab)
    mine = services.accept(shop.worker("alice"), hit, clock.now())
    other = services.accept(shop.worker("bob"), hit, clock.now())
    other.assignment_id = mine.assignment_id
    with pytest.raises(IntegrityError):
        other.save()


@pytest.mark.django_db(transaction=True)
def test_a_race_hands_each_id_to_one_worker() -> None:
    hit = shop.publish(shop.requester(), shop.Terms(places=5))
    leavers = [shop.worker(f"leaver {number}") for number in range(2)]
    held = [services.accept(leaver, hit, clock.now()) for leaver in leavers]
    for mine in held:
        services.give_back(mine, clock.now())
    workers = [shop.worker(f"worker {number}") for number in range(12)]
    got = [answer for answer in at_once(workers, hit) if answer != "gone"]
    assert (len(got), len(set(got))) == (5, 5)
    assert {mine.assignment_id for mine in held} < set(got)
