"""Returned, expired, abandoned: the leases are free again, at once and once."""

from datetime import timedelta

import pytest
import time_machine

from studies.errors import RefusedError
from studies.models import Assignment, Study, Trial, Vote
from studies.services.allocate import recount, release
from studies.services.collect import advance
from studies.services.publish import launch
from studies.services.sessions import STALE, begin
from tests.fakes import FakeRecruiter
from tests.studies.conftest import answer_all, free_posting, work
from tests.worlds import NOW, add_posting, built_study, entry_of, live_study

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recruiter")]


def held(study: Study) -> int:
    return sum(study.items.scored().values_list("taken", flat=True))


def test_a_released_session_frees_every_place_exactly_once() -> None:
    study = live_study()
    session = begin(study, study.postings.get(), entry_of(1), now=NOW, client={})
    answer_all(session)
    for _ in range(2):
        release(session, Assignment.State.RETURNED, "returned")
    assert held(study) == 0
    assert recount(study) == 0
    assert not Vote.objects.counted().exists()


def test_the_next_rater_with_the_same_assignment_id_takes_over_the_place() -> None:
    study = live_study()
    posting = study.postings.get()
    first = begin(study, posting, entry_of(1, assignment="3SAME"), now=NOW, client={})
    begin(study, posting, entry_of(2, assignment="3SAME"), now=NOW, client={})
    first.refresh_from_db()
    assert first.state == Assignment.State.RETURNED


def test_a_full_posting_takes_another_only_when_somebody_fell_silent() -> None:
    study = live_study(places=1)
    posting = study.postings.get()
    begin(study, posting, entry_of(1), now=NOW, client={})
    with pytest.raises(RefusedError) as refusal:
        begin(study, posting, entry_of(2), now=NOW, client={})
    assert refusal.value.code == "full"
    later = NOW + STALE + timedelta(seconds=1)
    assert begin(study, posting, entry_of(2), now=later, client={})
    assert Assignment.objects.get(rater__endswith="0001").state == "returned"


def test_one_person_holds_items_in_one_session_at_a_time() -> None:
    study = live_study()
    first = begin(study, study.postings.get(), entry_of(1), now=NOW, client={})
    second = begin(
        study,
        add_posting(study),
        entry_of(1, assignment="3OTHER"),
        now=NOW,
        client={},
    )
    first.refresh_from_db()
    assert first.state == Assignment.State.RETURNED
    assert held(study) == second.trials.filter(kind="scored").count()


def test_an_abandoned_session_is_given_up_after_its_deadline(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    with time_machine.travel(NOW, tick=False):
        begin(study, posting, entry_of(1), now=NOW, client={})
        assert advance(study).expired == 0
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert advance(study).expired == 1
    assert held(study) == 0


def test_a_place_returned_at_the_recruiter_is_free_after_a_while(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    with time_machine.travel(NOW, tick=False):
        for number in (1, 2):
            begin(study, posting, entry_of(number), now=NOW, client={})
        recruiter.working = 1
        assert advance(study).returned == 0
    with time_machine.travel(NOW + STALE + timedelta(seconds=1), tick=False):
        assert advance(study).returned == 1
        assert advance(study).returned == 0
    states = Assignment.objects.values_list("state", flat=True)
    assert sorted(states) == ["active", "returned"]


def test_a_rater_who_comes_back_takes_up_the_same_clips() -> None:
    study = live_study()
    posting = study.postings.get()
    session = begin(study, posting, entry_of(1), now=NOW, client={})
    clips = list(session.trials.values_list("clip", flat=True))
    release(session, Assignment.State.RETURNED, "returned")
    again = begin(study, posting, entry_of(1), now=NOW, client={})
    assert again.pk == session.pk
    assert list(again.trials.values_list("clip", flat=True)) == clips
    assert recount(study) == 0
    assert again.state == Assignment.State.ACTIVE


def test_clips_that_were_shown_and_given_back_are_never_met_again() -> None:
    study = live_study()
    session = begin(study, study.postings.get(), entry_of(1), now=NOW, client={})
    answer_all(session)
    shown = set(session.trials.values_list("clip", flat=True))
    release(session, Assignment.State.RETURNED, "returned")
    second = add_posting(study)
    with pytest.raises(RefusedError) as refusal:
        begin(study, second, entry_of(1, assignment="3OTHER"), now=NOW, client={})
    assert refusal.value.code == "nothing_left"
    assert len(shown) == study.clips.count()


def test_a_late_submission_keeps_the_votes_whose_places_are_still_free(
    recruiter: FakeRecruiter,
) -> None:
    study = launch(built_study(), "mturk")
    posting = free_posting(study)
    assert posting is not None
    session = work(recruiter, posting, 1)
    release(session, Assignment.State.EXPIRED, "abandoned: time ran out")
    advance(study)
    session.refresh_from_db()
    assert session.used is True
    assert session.trials.exclude(state=Trial.State.ANSWERED).count() == 0
    assert "submitted after its items went back to the pool" in session.flags
    assert recount(study) == 0


def test_a_rater_who_submitted_is_told_so() -> None:
    study = live_study()
    posting = study.postings.get()
    session = begin(study, posting, entry_of(1), now=NOW, client={})
    Assignment.objects.filter(pk=session.pk).update(state="submitted")
    with pytest.raises(RefusedError) as refusal:
        begin(study, posting, entry_of(1), now=NOW, client={})
    assert refusal.value.code == "done_already"


def test_a_closed_study_takes_nobody() -> None:
    study = live_study()
    Study.objects.update(state=Study.State.CLOSING)
    with pytest.raises(RefusedError) as refusal:
        begin(study, study.postings.get(), entry_of(1), now=NOW, client={})
    assert refusal.value.code == "closed"


def test_a_session_that_was_handed_in_meanwhile_is_not_given_up() -> None:
    study = live_study()
    session = begin(study, study.postings.get(), entry_of(1), now=NOW, client={})
    answer_all(session)
    # another advance took its submission in after this one had read it
    Assignment.objects.update(state=Assignment.State.SUBMITTED)
    before = held(study)
    assert not release(session, Assignment.State.EXPIRED, "time ran out")
    assert Assignment.objects.get().state == Assignment.State.SUBMITTED
    assert held(study) == before > 0
