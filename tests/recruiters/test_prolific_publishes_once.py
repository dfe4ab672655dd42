"""Prolific knows no tokens of ours: still no study is there twice."""

from contextlib import suppress
from dataclasses import replace

import pytest

from studies.errors import RecruiterError
from studies.recruiters.prolific import ProlificRecruiter
from studies.recruiters.prolific_rules import completion_code
from tests.recruiters.desks import spec
from tests.recruiters.prolific_server import Prolific

SECRET = b"a secret of the tests"


def recruiter(prolific: Prolific, **changes: str) -> ProlificRecruiter:
    account = prolific.account(**changes)
    return ProlificRecruiter(account, secret=SECRET, wait=lambda _: None)


def test_a_study_is_drafted_as_it_is_meant(prolific: Prolific) -> None:
    handle = recruiter(prolific).open(spec())
    study = prolific.world.studies[handle.external_id]
    assert study["status"] == "ACTIVE"
    assert (study["reward"], study["total_available_places"]) == (20, 3)
    assert study["internal_name"] == "tiny-1-abc"
    assert study["external_study_url"] == (
        "http://localhost:8000/rate/tiny/?p=key1&PROLIFIC_PID={{%PROLIFIC_PID%}}"
        "&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}"
    )
    assert (study["estimated_completion_time"], study["maximum_allowed_time"]) == (
        4,
        60,
    )
    assert study["peripheral_requirements"] == ["audio"]
    (code,) = study["completion_codes"]
    assert code["actions"] == [{"action": "MANUALLY_REVIEW"}]
    assert code["code"] == completion_code(SECRET, "key1")


def test_the_time_allowed_is_never_less_than_prolific_wants(
    prolific: Prolific,
) -> None:
    asked = replace(spec(), estimated_seconds=1800, assignment_seconds=1800)
    handle = recruiter(prolific).open(asked)
    # 2 + 2 * 30 + 2 * sqrt(30) minutes, rounded up
    assert prolific.world.studies[handle.external_id]["maximum_allowed_time"] == 73


@pytest.mark.parametrize("fault", ["before", "after", "cut", "garbled"])
@pytest.mark.parametrize("call", ["POST /studies/$", "/transition/"])
def test_a_fault_while_publishing_leaves_one_study(
    prolific: Prolific, call: str, fault: str
) -> None:
    desk = recruiter(prolific)
    prolific.fail(call, fault)
    # some of these it gets over at once
    with suppress(RecruiterError):
        desk.open(spec())
    handle = desk.open(spec())
    assert list(prolific.world.studies) == [handle.external_id]
    assert prolific.world.studies[handle.external_id]["status"] == "ACTIVE"
    assert desk.find(["tiny-1-abc"]) == {"tiny-1-abc": handle}


def test_a_draft_left_behind_is_no_posting_yet_and_is_published_next(
    prolific: Prolific,
) -> None:
    desk = recruiter(prolific)
    prolific.fail("/transition/", "before")
    with pytest.raises(RecruiterError) as failed:
        desk.open(spec())
    assert failed.value.uncertain
    assert desk.find(["tiny-1-abc"]) == {}
    (study,) = prolific.world.studies.values()
    assert study["status"] == "UNPUBLISHED"
    assert desk.open(spec(places=5)).external_id == study["id"]
    assert (study["status"], study["total_available_places"]) == ("ACTIVE", 5)


def test_two_at_once_publish_one_study(prolific: Prolific) -> None:
    first, second = recruiter(prolific), recruiter(prolific)
    # the second one starts when the first has looked and has found nothing
    prolific.on_call["POST /studies/"] = lambda: first.open(spec())
    handle = second.open(spec())
    assert list(prolific.world.studies) == [handle.external_id]


def test_ours_is_found_among_many_pages_of_studies(prolific: Prolific) -> None:
    desk = recruiter(prolific, project="")
    wanted = desk.open(spec("tiny-0-abc"))
    prolific.world.studies[wanted.external_id]["internal_name"] += " (my first)"
    body = prolific.world.studies[wanted.external_id]
    for number in range(230):
        other = prolific.world.create_study(body | {"internal_name": f"other {number}"})
        prolific.world.studies[other["id"]]["status"] = "COMPLETED"
    assert desk.find(["tiny-0-abc"]) == {"tiny-0-abc": wanted}
    assert desk.open(spec("tiny-0-abc")) == wanted
    assert prolific.calls["GET /studies/"] == 1 + 1 + 3 + 3


def test_what_prolific_refuses_is_told_in_its_own_words(prolific: Prolific) -> None:
    desk = recruiter(prolific)
    prolific.world.balance = 10
    with pytest.raises(RecruiterError, match="Not enough money: Top up") as refused:
        desk.open(spec())
    assert refused.value.permanent
    assert not refused.value.uncertain


def test_a_workspace_in_another_currency_is_refused_before_anything_is_sold(
    prolific: Prolific,
) -> None:
    prolific.world.currency = "GBP"
    desk = recruiter(prolific)
    for call in (desk.balance, lambda: desk.open(spec())):
        with pytest.raises(RecruiterError, match="counts in GBP") as refused:
            call()
        assert refused.value.permanent
    assert {row["status"] for row in prolific.world.studies.values()} == {"UNPUBLISHED"}


def test_a_stopped_study_says_how_it_would_go_on(prolific: Prolific) -> None:
    desk = recruiter(prolific)
    posting = desk.open(spec()).external_id
    desk.expire(posting)
    with pytest.raises(RecruiterError, match="only with more than its 3 places"):
        desk.extend(posting, 3)


@pytest.mark.parametrize("fault", ["before", "after", "cut"])
def test_a_fault_while_stopping_leaves_it_stopped_in_the_end(
    prolific: Prolific, fault: str
) -> None:
    desk = recruiter(prolific)
    posting = desk.open(spec()).external_id
    prolific.fail("/transition/", fault)
    with suppress(RecruiterError):
        desk.expire(posting)
    assert desk.status(posting).ended == (fault != "before")
    desk.expire(posting)
    assert desk.status(posting).ended


def test_the_workspace_that_pays_is_found(prolific: Prolific) -> None:
    known = recruiter(prolific).balance()
    assert recruiter(prolific, workspace="").balance() == known
    assert recruiter(prolific, workspace="", project="").balance() == known
