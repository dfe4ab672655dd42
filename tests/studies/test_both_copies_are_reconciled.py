"""The recruiter's copy restores what we lost, and never overwrites what we hold."""

import pytest

from studies.models import Assignment, Event, Payment, Posting, Study, Trial, Vote
from studies.services.allocate import recount
from studies.services.collect import advance
from studies.services.copies import answers_copy
from studies.services.publish import launch
from studies.services.sessions import begin
from tests.fakes import FakeRecruiter
from tests.studies.conftest import answer_all, free_posting, work
from tests.worlds import NOW, built_study, entry_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting(recruiter: FakeRecruiter) -> Posting:
    found = free_posting(launch(built_study(), "mturk"))
    assert found is not None
    return found


def test_votes_that_we_lost_come_back_from_the_recruiter(
    recruiter: FakeRecruiter, posting: Posting
) -> None:
    session = work(recruiter, posting, 1)
    before = sorted(Vote.objects.values_list("trial__key", "choice"))
    Vote.objects.all().delete()
    session.trials.update(state=Trial.State.LEASED)
    advance(posting.study)
    assert sorted(Vote.objects.values_list("trial__key", "choice")) == before
    session.refresh_from_db()
    assert "votes restored from the recruiter's copy" in session.flags
    assert session.used is True


def test_a_whole_lost_session_comes_back(
    recruiter: FakeRecruiter, posting: Posting
) -> None:
    session = work(recruiter, posting, 1)
    before = sorted(Vote.objects.values_list("trial__item__key", "choice"))
    session.delete()
    recount(posting.study)
    advance(posting.study)
    assert sorted(Vote.objects.values_list("trial__item__key", "choice")) == before
    assert Assignment.objects.get().used is True
    assert recount(posting.study) == 0


def test_where_the_copies_differ_ours_stands_and_a_flag_is_raised(
    recruiter: FakeRecruiter, posting: Posting
) -> None:
    session = work(recruiter, posting, 1)
    vote = Vote.objects.filter(trial__kind="scored").first()
    assert vote is not None
    other = "fake" if vote.choice == "real" else "real"
    Vote.objects.filter(pk=vote.pk).update(choice=other)
    advance(posting.study)
    vote.refresh_from_db()
    session.refresh_from_db()
    assert vote.choice == other
    assert any("copies of trial" in flag for flag in session.flags)


@pytest.mark.parametrize("answers", ["", "{}", "garbage:sig", '{"v":1}'])
def test_an_altered_copy_restores_nothing(
    recruiter: FakeRecruiter, posting: Posting, answers: str
) -> None:
    entry = entry_of(1)
    session = begin(posting.study, posting, entry, now=NOW, client={})
    recruiter.submit(posting.external_id, entry, answers, NOW)
    advance(posting.study)
    session.refresh_from_db()
    assert not Vote.objects.exists()
    assert session.unused_reason == "no votes"
    assert session.irregular == "forged"
    assert any("missing" in flag or "altered" in flag for flag in session.flags)


def test_a_copy_of_another_session_is_not_taken(
    recruiter: FakeRecruiter, posting: Posting
) -> None:
    first = begin(posting.study, posting, entry_of(1), now=NOW, client={})
    answer_all(first)
    thief = entry_of(2)
    second = begin(posting.study, posting, thief, now=NOW, client={})
    recruiter.submit(posting.external_id, thief, answers_copy(first), NOW)
    advance(posting.study)
    second.refresh_from_db()
    assert not Vote.objects.filter(trial__assignment=second).exists()
    assert "the recruiter's copy belongs to another session" in second.flags


def test_a_submission_without_a_session_waits_for_a_person(
    recruiter: FakeRecruiter, posting: Posting
) -> None:
    recruiter.submit(posting.external_id, entry_of(9), "", NOW)
    advance(posting.study)
    stranger = Assignment.objects.get()
    assert stranger.state == Assignment.State.SUBMITTED
    assert stranger.used is False
    assert "submitted without a session here" in stranger.flags
    assert not Payment.objects.exists()
    assert Event.objects.filter(kind="foreign").exists()
    assert Study.objects.get().state == Study.State.LIVE
