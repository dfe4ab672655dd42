"""A session by JSON, from the door to the recruiter's form."""

import uuid

from studies.models import Assignment, Vote
from tests.rating.booth import Booth
from tests.rating.caller import Caller


def test_a_newcomer_has_no_session_before_she_agrees(booth: Booth) -> None:
    reply = Caller(booth).begin(consent=False)
    assert reply == {"token": None, "state": None}
    assert not Assignment.objects.exists()


def test_a_session_runs_from_consent_to_the_form(booth: Booth) -> None:
    rater = Caller(booth)
    rater.get_ready()
    state = rater.get("state")["state"]
    assert state == {
        "consented": True,
        "sound_ok": True,
        "instructed": True,
        "completed": False,
        "answered": 0,
        "total": 4,
        "practice_left": 1,
    }
    assert rater.answer_all() == 4
    form = rater.get("finish")
    assert form["method"] == "POST"
    assert form["action"].endswith("/mturk/externalSubmit")
    assert form["fields"]["assignmentId"] == "ASG1"
    assert rater.assignment().state == Assignment.State.COMPLETED


def test_a_reload_takes_up_the_session_without_asking_again(booth: Booth) -> None:
    first = Caller(booth)
    first.get_ready()
    first.answer(first.get("trial")["trial"])
    second = Caller(booth)
    reply = second.begin(consent=False)
    assert reply["state"]["consented"]
    assert reply["state"]["answered"] == 1
    assert second.get("trial")["trial"]["index"] == 2
    assert Assignment.objects.count() == 1


def test_an_answer_sent_twice_is_stored_once(booth: Booth) -> None:
    rater = Caller(booth)
    rater.get_ready()
    trial, name = rater.get("trial")["trial"], str(uuid.uuid4())
    assert rater.answer(trial, uuid=name)["duplicate"] is False
    assert rater.answer(trial, uuid=name)["duplicate"] is True
    assert Vote.objects.count() == 1


def test_only_practice_is_told_the_truth(booth: Booth) -> None:
    rater = Caller(booth)
    rater.get_ready()
    told = {True: [], False: []}  # type: dict[bool, list[object]]
    while trial := rater.get("trial")["trial"]:
        told[trial["practice"]].append(rater.answer(trial)["feedback"])
    assert told[False] == [None, None, None]
    assert [sorted(each) for each in told[True]] == [["correct", "truth"]]  # type: ignore[call-overload]


def test_the_form_is_not_given_before_every_vote_is_held(booth: Booth) -> None:
    rater = Caller(booth)
    rater.get_ready()
    assert rater.get("finish")["error"]["code"] == "unfinished"
    assert rater.status == 409


def test_what_the_browser_says_of_itself_is_kept_flat_and_short(booth: Booth) -> None:
    rater = Caller(booth)
    rater.begin(client={"agent": "x" * 999, "deep": {"a": [1]}, "touch": True})
    assert rater.assignment().client == {"agent": "x" * 200, "touch": True}
