"""The marketplace takes any form that names the assignment, finished or not."""

import uuid

import pytest

from studies.models import Assignment, Item, Vote
from studies.recruiters.base import Submission
from studies.services.reconcile import take_in
from studies.services.verdict import judge_session
from tests.rating.booth import Booth, open_booth
from tests.rating.caller import Caller
from tests.worlds import NOW

pytestmark = pytest.mark.django_db


def submit(booth: Booth, rater: Caller, answers: str) -> Assignment:
    sent = Submission(rater.asg, rater.worker, "submitted", NOW, {"answers": answers})
    made = take_in(booth.study, booth.posting, sent)
    judge_session(made)
    return made


def answer_what_is_no_catch(rater: Caller, assignment: Assignment) -> int:
    """Answer in turn up to the first catch item, as one who sees it is one."""
    given = 0
    while True:
        trial = rater.get("trial")["trial"]
        if assignment.trials.get(key=trial["key"]).kind == Item.Kind.CATCH:
            return given
        rater.answer(trial)
        given += 1


def test_a_session_submitted_before_its_catch_items_is_not_used() -> None:
    booth = open_booth()
    rater = Caller(booth)
    rater.get_ready()
    assignment = rater.assignment()
    # the catch item last, so that there are votes to lose
    last = assignment.trials.get(kind=Item.Kind.CATCH)
    last.index = 99
    last.save()
    assert answer_what_is_no_catch(rater, assignment) > 0
    made = submit(booth, rater, "all done, honestly")
    assert made.used is False
    assert made.unused_reason == "0 of 1 catch items right, 50% wanted"
    assert any("altered" in flag for flag in made.flags)
    assert not booth.study.items.filter(taken__gt=0).exists()


def test_a_tampered_copy_changes_no_vote() -> None:
    booth = open_booth()
    rater = Caller(booth)
    rater.get_ready()
    rater.answer_all()
    copy = rater.get("finish")["fields"]["answers"]
    before = list(Vote.objects.order_by("pk").values_list("trial", "choice"))
    made = submit(booth, rater, copy.replace('"real"]', '"fake"]', 1))
    assert any("altered" in flag for flag in made.flags)
    assert list(Vote.objects.order_by("pk").values_list("trial", "choice")) == before


def test_the_signed_copy_of_another_rater_brings_no_votes() -> None:
    booth = open_booth()
    worker = Caller(booth, "AHONEST", "ASG1")
    worker.get_ready()
    worker.answer_all()
    copy = worker.get("finish")["fields"]["answers"]
    thief = Caller(booth, "ATHIEF", "ASG2")
    thief.begin()
    made = submit(booth, thief, copy)
    assert "the recruiter's copy belongs to another session" in made.flags
    nobody = Caller(booth, "ANOBODY", f"X{uuid.uuid4().hex.upper()}")
    assert submit(booth, nobody, copy).unused_reason == "no votes"
    assert not Vote.objects.exclude(trial__rater="mturk:AHONEST").exists()
