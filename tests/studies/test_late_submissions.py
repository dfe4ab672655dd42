"""Late: the items went back, or the study was closed, before the work was handed in."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from studies.models import Assignment, Item, Payment, Study, Vote
from studies.selectors import votes_frame
from studies.services.allocate import release
from studies.services.collect import advance
from studies.services.latecomers import late_due, may_come_late
from studies.services.publish import close
from tests.studies.stall import Stall, Visitor

LATE = Assignment.Irregular.LATE


def give_up(stall: Stall, who: Visitor) -> Assignment:
    session = stall.session(who)
    release(session, Assignment.State.RETURNED, "returned: its place was sold again")
    return session


def take_all_places(stall: Stall) -> None:
    """Everything that the study wants is held by others now."""
    for item in stall.study.items.scored():
        Item.objects.filter(pk=item.pk).update(taken=item.places)


def close_down(stall: Stall) -> None:
    close(stall.study)
    stall.advance()
    assert stall.study.state == Study.State.CLOSED


def test_what_is_still_free_counts_and_is_paid(stall: Stall) -> None:
    who = stall.come("AANN")
    form = who.work()
    give_up(stall, who)
    stall.hand_in(who, form)
    stall.advance()
    session = stall.session(who)
    assert (session.irregular, session.used, session.state) == (LATE, True, "approved")
    assert Vote.objects.counted().filter(trial__assignment=session).count() == 2
    assert stall.logged("late") == [
        "Late: mturk:AANN: submitted after its items went back to the pool"
    ]


def test_what_went_to_others_is_kept_and_paid_but_not_used(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = stall.come("AANN")
    form = who.work()
    give_up(stall, who)
    take_all_places(stall)
    stall.hand_in(who, form)
    # the others' places are not backed by sessions here: the proof would free them
    monkeypatch.setattr("studies.services.collect.recount", lambda _study: 0)
    stall.advance()
    session = stall.session(who)
    assert (session.irregular, session.used, session.state) == (LATE, False, "approved")
    assert "went to other raters" in session.unused_reason
    assert Vote.objects.filter(trial__assignment=session).count() == 4
    assert stall.paid_there(who) == "Approved"


def test_who_finished_and_lost_the_places_may_still_hand_in(stall: Stall) -> None:
    who = stall.come("AANN")
    who.work()
    give_up(stall, who)
    take_all_places(stall)
    assert who.get("state")["error"]["code"] == "returned"
    assert who.begin()["state"]["completed"] is True
    form = who.get("finish")["fields"]
    stall.hand_in(who, form)
    session = stall.session(who)
    assert session.irregular == LATE
    assert session.state == Assignment.State.COMPLETED


def test_who_left_in_the_middle_and_lost_the_places_is_told_so(stall: Stall) -> None:
    who = stall.come("AANN")
    who.get_ready()
    give_up(stall, who)
    take_all_places(stall)
    assert who.begin()["error"]["code"] == "expired"


def test_after_the_end_the_work_is_paid_and_changes_no_result(stall: Stall) -> None:
    early, who = stall.come("AEVE"), stall.come("AANN")
    stall.hand_in(early, early.work())
    form = who.work()
    give_up(stall, who)
    close_down(stall)
    before = votes_frame(stall.study)
    stall.hand_in(who, form)
    result = stall.advance()
    session = stall.session(who)
    assert (result.submissions, result.paid) == (1, 1)
    assert (session.irregular, session.used) == (LATE, False)
    assert session.unused_reason == "came after the study was closed"
    assert (session.state, stall.paid_there(who)) == ("approved", "Approved")
    assert Vote.objects.filter(trial__assignment=session).count() == 4
    assert votes_frame(stall.study).equals(before)
    assert stall.study.state == Study.State.CLOSED


def test_who_finished_before_the_end_may_hand_in_after_it(stall: Stall) -> None:
    who = stall.come("AANN")
    who.work()
    give_up(stall, who)
    close_down(stall)
    assert who.begin()["state"]["completed"] is True
    stall.hand_in(who, who.get("finish")["fields"])
    stall.advance()
    session = stall.session(who)
    assert (session.irregular, session.used, session.state) == (LATE, False, "approved")


def test_who_left_in_the_middle_is_told_that_the_study_is_closed(stall: Stall) -> None:
    who = stall.come("AANN")
    who.get_ready()
    give_up(stall, who)
    close_down(stall)
    assert who.begin()["error"]["code"] == "closed"


def test_after_the_end_the_hard_cap_holds_and_can_be_raised(stall: Stall) -> None:
    who = stall.come("AANN")
    form = who.work()
    give_up(stall, who)
    close_down(stall)
    Study.objects.update(hard_cap_usd=Decimal("0.10"))
    stall.hand_in(who, form)
    for _ in range(3):
        stall.advance()
    assert stall.session(who).state == Assignment.State.SUBMITTED
    assert not Payment.objects.exists()
    assert len(stall.logged("cap")) == len(stall.logged("late")) == 1
    Study.objects.update(hard_cap_usd=Decimal("10.00"))
    stall.advance()
    assert stall.session(who).state == Assignment.State.APPROVED


def test_a_closed_study_is_asked_until_nobody_can_submit_any_more(stall: Stall) -> None:
    close_down(stall)
    study = stall.study
    now = timezone.now()
    assert late_due(now) == [study.pk]
    advance(study)
    assert late_due(now) == []
    later = now + timedelta(minutes=11)
    assert late_due(later) == [study.pk]
    end = timedelta(minutes=study.assignment_minutes + 10)
    assert late_due(now + end + timedelta(days=8)) == []
    Study.objects.update(asked_late_at=now + end)
    study.refresh_from_db()
    assert not may_come_late(study, now + end)
    assert late_due(now + 2 * end) == []
