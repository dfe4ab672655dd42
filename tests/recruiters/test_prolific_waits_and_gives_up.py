"""Prolific's API under load: waited for as it asks, never for ever."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from studies.errors import RecruiterError
from studies.recruiters.prolific_api import TRIES, ProlificApi
from tests.recruiters.prolific_server import Prolific


def api(prolific: Prolific, waited: list[float], **changes: str) -> ProlificApi:
    return ProlificApi(prolific.account(**changes), wait=waited.append)


def test_a_throttled_call_waits_as_long_as_it_is_asked_to(prolific: Prolific) -> None:
    waited: list[float] = []
    prolific.fail("GET", "429", retry_after="7")
    assert api(prolific, waited).get("workspaces/")["results"]
    assert waited == [7]


def test_a_throttled_call_may_act_twice_since_it_was_not_seen(
    prolific: Prolific,
) -> None:
    waited: list[float] = []
    prolific.fail("POST", "429", times=2)
    body = {"reward": 20, "total_available_places": 2}
    reply = api(prolific, waited).post("study-cost-calculator/", body)
    assert reply == {"total_cost": 56.0}
    assert waited == [1, 2]


def test_a_pause_may_be_asked_for_as_a_date(prolific: Prolific) -> None:
    waited: list[float] = []
    at = datetime.now(UTC) + timedelta(seconds=15)
    prolific.fail("GET", "429", retry_after=format_datetime(at, usegmt=True))
    api(prolific, waited).get("workspaces/")
    assert 10 < waited[0] <= 15


@pytest.mark.parametrize("asked", ["3600", "", "soon"])
def test_it_gives_up_on_who_stays_busy(prolific: Prolific, asked: str) -> None:
    waited: list[float] = []
    prolific.fail("GET", "429", times=100, retry_after=asked)
    with pytest.raises(RecruiterError, match="Too many requests") as failed:
        api(prolific, waited).get("workspaces/")
    assert not failed.value.permanent
    assert not failed.value.uncertain
    # an hour is not waited for
    assert waited == ([] if asked == "3600" else [1, 2, 4])


def test_reading_is_tried_again_when_the_server_is_in_trouble(
    prolific: Prolific,
) -> None:
    waited: list[float] = []
    prolific.fail("GET", "before")
    prolific.fail("GET", "cut")
    assert api(prolific, waited).get("workspaces/")["results"]
    assert len(waited) == 2


@pytest.mark.parametrize("fault", ["before", "after", "cut", "garbled"])
def test_acting_is_not_tried_again_when_nobody_says_what_came_of_it(
    prolific: Prolific, fault: str
) -> None:
    prolific.fail("POST", fault)
    with pytest.raises(RecruiterError) as failed:
        api(prolific, []).post("study-cost-calculator/", {"reward": 1})
    assert failed.value.uncertain
    assert not failed.value.permanent
    assert sum(prolific.calls.values()) == 1


def test_who_does_not_listen_is_told_apart(prolific: Prolific) -> None:
    waited: list[float] = []
    nobody = api(prolific, waited, api_url="http://127.0.0.1:9/api/v1")
    with pytest.raises(RecruiterError, match="POST") as failed:
        nobody.post("studies/", {})
    assert not failed.value.uncertain
    assert failed.value.code == "unreachable"
    assert len(waited) == TRIES - 1


def test_a_wrong_token_is_named_and_never_shown(prolific: Prolific) -> None:
    with pytest.raises(RecruiterError, match="check PROLIFIC_TOKEN") as failed:
        api(prolific, [], token="a-wrong-secret").get("workspaces/")
    # whoever sets the right one need not mend each payment by hand
    assert not failed.value.permanent
    assert "a-wrong-secret" not in str(failed.value)
    assert "a-wrong-secret" not in repr(prolific.account(token="a-wrong-secret"))


def test_a_list_that_shrinks_meanwhile_ends(prolific: Prolific) -> None:
    world = prolific.world
    body = dict.fromkeys(("name", "description", "prolific_id_option"), "x") | {
        "external_study_url": "http://localhost/?p=1",
        "completion_codes": [{"code": "C"}],
        "total_available_places": 1,
        "estimated_completion_time": 1,
        "reward": 1,
    }
    for _ in range(150):
        world.create_study(body)
    pages = api(prolific, []).pages("studies/")
    first = next(pages)
    for row in list(world.studies)[100:]:
        del world.studies[row]
    assert 1 + sum(1 for _ in pages) == 100
    assert first["status"] == "UNPUBLISHED"
