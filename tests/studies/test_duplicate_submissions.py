"""Duplicate: one person's work is handed in twice; it counts once."""

import pytest
from django.utils import timezone

from studies.models import Assignment, Posting, Vote
from studies.recruiters.base import ANSWERS_FIELD, Submission
from studies.services.publish import plan_postings, publish_postings
from studies.services.reconcile import take_in
from tests.studies.stall import Stall, Visitor

DUPLICATE = Assignment.Irregular.DUPLICATE


def sent(who: Visitor, *, asg: str, answers: str = "") -> Submission:
    fields = {ANSWERS_FIELD: answers} if answers else {"comment": "again"}
    now = timezone.now()
    return Submission(asg, who.worker, "submitted", now, fields, "<raw/>")


def another_posting(stall: Stall) -> Posting:
    plan_postings(stall.study, "mturk", 1)
    publish_postings(stall.study, "mturk")
    last = stall.study.postings.order_by("number").last()
    assert last is not None
    return last


def test_the_same_submission_seen_again_changes_nothing(stall: Stall) -> None:
    who = stall.come("AANN")
    stall.hand_in(who, who.work())
    for _ in range(3):
        stall.advance()
    again = sent(who, asg=who.asg)
    assert take_in(stall.study, stall.posting(), again) == stall.session(who)
    session = stall.session(who)
    assert (session.irregular, session.used, session.state) == ("", True, "approved")
    assert stall.study.assignments.count() == 1
    assert stall.logged("duplicate") == []


def test_a_second_submission_on_one_posting_waits_beside_the_first(
    stall: Stall,
) -> None:
    who = stall.come("AANN")
    stall.hand_in(who, who.work())
    stall.advance()
    # our marketplace gives nobody a second place; another server might
    for _ in range(3):
        take_in(stall.study, stall.posting(), sent(who, asg="3SECOND"))
        stall.advance()
    second = stall.study.assignments.get(external_id="3SECOND")
    assert (second.irregular, second.used, second.state) == (
        DUPLICATE,
        False,
        Assignment.State.SUBMITTED,
    )
    assert second.unused_reason == "no votes"
    assert stall.session(who).used is True
    assert stall.logged("duplicate") == [
        "Duplicate: mturk:AANN: submitted this posting a second time"
    ]
    assert Vote.objects.filter(trial__assignment=second).count() == 0


def test_who_has_submitted_is_told_so_at_a_second_place(stall: Stall) -> None:
    who = stall.come("AANN")
    stall.hand_in(who, who.work())
    stall.advance()
    take_in(stall.study, stall.posting(), sent(who, asg="3SECOND"))
    back = Visitor(who.booth, who.worker, "3SECOND")
    assert back.begin()["error"]["code"] == "done_already"
    assert back.begin(consent=False)["error"]["code"] == "done_already"


def test_one_copy_handed_in_with_two_sessions_of_a_rater_counts_once(
    stall: Stall,
) -> None:
    first = stall.come("AANN")
    form = first.work()
    stall.hand_in(first, form)
    second = stall.come("AANN", another_posting(stall))
    second.get_ready()
    stall.hand_in(second, form)
    stall.advance()
    session = stall.session(second)
    assert (session.irregular, session.used) == (DUPLICATE, False)
    assert "the recruiter's copy belongs to another session of this rater" in (
        session.flags
    )
    assert (session.state, session.unused_reason) == ("submitted", "no votes")
    assert stall.session(first).state == Assignment.State.APPROVED
    assert len(stall.logged("duplicate")) == 1


@pytest.mark.parametrize("opened", [True, False])
def test_a_rater_may_do_two_postings_that_is_no_duplicate(
    stall: Stall, opened: bool
) -> None:
    visits = [stall.come("AANN"), stall.come("AANN", another_posting(stall))]
    for who in visits if opened else reversed(visits):
        stall.hand_in(who, who.work())
    stall.advance()
    sessions = stall.study.assignments.all()
    assert [each.irregular for each in sessions] == ["", ""]
    assert [each.used for each in sessions] == [True, True]
