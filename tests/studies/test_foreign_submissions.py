"""Foreign: submitted at the recruiter past our page, or with another study's copy."""

from studies.models import Assignment, Payment, Vote
from tests.studies.stall import Stall, open_stall

FOREIGN = Assignment.Irregular.FOREIGN


def test_an_assignment_without_a_session_waits_for_a_person(stall: Stall) -> None:
    who = stall.come("AANN")
    stall.hand_in(who, {"comment": "done by hand"})
    for _ in range(3):
        stall.advance()
    session = stall.session(who)
    assert (session.irregular, session.used) == (FOREIGN, False)
    assert (session.state, session.unused_reason) == ("submitted", "no votes")
    assert not Payment.objects.exists()
    assert stall.paid_there(who) == "Submitted"
    assert "done by hand" in session.recruiter_copy
    assert stall.logged("foreign") == [
        "Foreign: mturk:AANN: submitted without a session here"
    ]


def test_it_neither_holds_up_the_study_nor_takes_anybodys_votes(stall: Stall) -> None:
    who, other = stall.come("AANN"), stall.come("ABOB")
    stall.hand_in(who, {"comment": "done by hand"})
    stall.hand_in(other, other.work())
    result = stall.advance()
    assert (result.submissions, result.paid) == (2, 1)
    assert stall.session(other).used is True


def test_the_copy_of_another_study_brings_no_votes(stall: Stall) -> None:
    elsewhere = open_stall("elsewhere")
    there = elsewhere.come("AANN")
    form = there.work()
    who = stall.come("AANN")
    who.get_ready()
    stall.hand_in(who, form)
    stall.advance()
    session = stall.session(who)
    assert (session.irregular, session.used) == (FOREIGN, False)
    assert "the recruiter's copy belongs to another study" in session.flags
    assert not Vote.objects.filter(trial__assignment=session).exists()
    assert len(stall.logged("foreign")) == 1


def test_nor_where_the_other_study_has_lost_the_session(stall: Stall) -> None:
    elsewhere = open_stall("elsewhere")
    there = elsewhere.come("AANN")
    form = there.work()
    elsewhere.study.assignments.all().delete()
    who = stall.come("AANN")
    stall.hand_in(who, form)
    stall.advance()
    session = stall.session(who)
    assert (session.irregular, session.used) == (FOREIGN, False)
    assert "submitted without a session here" in session.flags


def test_a_session_that_was_lost_here_is_restored_and_not_foreign(stall: Stall) -> None:
    who = stall.come("AANN")
    form = who.work()
    stall.study.assignments.all().delete()
    stall.hand_in(who, form)
    stall.advance()
    session = stall.session(who)
    assert (session.irregular, session.used, session.state) == ("", True, "approved")
    assert stall.logged("foreign") == []
    assert len(stall.logged("restored")) == 1
