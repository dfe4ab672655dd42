"""What a rater sends is stored once, checked, and never taken from another."""

import uuid
from datetime import timedelta

import pytest

from studies.errors import RefusedError
from studies.models import Assignment, Trial, Vote
from studies.services.sessions import begin, open_session, session_token
from studies.services.votes import Answer, finish, next_trial, record_answer
from tests.fakes import FakeRecruiter
from tests.studies.conftest import answer_all
from tests.worlds import NOW, entry_of, live_study

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("recruiter")]


@pytest.fixture
def session() -> Assignment:
    study = live_study()
    return begin(study, study.postings.get(), entry_of(1), now=NOW, client={})


def sent(key: str, choice: str = "real", *, ended: bool = True) -> Answer:
    return Answer(key, str(uuid.uuid4()), {"real": choice}, {"ended": ended})


def test_the_same_answer_sent_twice_is_one_vote(session: Assignment) -> None:
    view = next_trial(session, NOW)
    assert view is not None
    answer = sent(view.key)
    assert record_answer(session, answer, NOW).duplicate is False
    again = record_answer(session, answer, NOW)
    assert again.duplicate is True
    assert Vote.objects.count() == 1


def test_a_second_tab_cannot_change_an_answer(session: Assignment) -> None:
    view = next_trial(session, NOW)
    assert view is not None
    record_answer(session, sent(view.key, "real"), NOW)
    assert record_answer(session, sent(view.key, "fake"), NOW).duplicate is True
    assert Vote.objects.get().choice == "real"


def test_an_answer_to_a_clip_not_shown_yet_is_refused(session: Assignment) -> None:
    next_trial(session, NOW)
    later = session.trials.order_by("index").last()
    assert later is not None
    with pytest.raises(RefusedError) as refusal:
        record_answer(session, sent(str(later.key)), NOW)
    assert refusal.value.code == "not_yours"
    assert not Vote.objects.exists()


def test_an_answer_to_another_raters_clip_is_refused(session: Assignment) -> None:
    other = begin(
        session.study, session.study.postings.get(), entry_of(2), now=NOW, client={}
    )
    view = next_trial(other, NOW)
    assert view is not None
    with pytest.raises(RefusedError) as refusal:
        record_answer(session, sent(view.key), NOW)
    assert refusal.value.code == "not_yours"


@pytest.mark.parametrize(
    "answer",
    [
        Answer("no-id", str(uuid.uuid4()), {"real": "real"}, {}),
        Answer(str(uuid.uuid4()), "no-id", {"real": "real"}, {}),
        Answer(str(uuid.uuid4()), str(uuid.uuid4()), {"real": "maybe"}, {}),
        Answer(str(uuid.uuid4()), str(uuid.uuid4()), {}, {}),
        Answer(
            str(uuid.uuid4()), str(uuid.uuid4()), {"real": "real"}, {"x": "y" * 9000}
        ),
    ],
)
def test_a_malformed_answer_is_refused_by_name(
    session: Assignment, answer: Answer
) -> None:
    with pytest.raises(RefusedError) as refusal:
        record_answer(session, answer, NOW)
    assert refusal.value.code == "bad_answer"


def test_a_clip_not_played_to_its_end_gives_no_usable_vote(
    session: Assignment,
) -> None:
    view = next_trial(session, NOW)
    assert view is not None
    record_answer(session, sent(view.key, ended=False), NOW)
    vote = Vote.objects.get()
    assert not vote.usable
    assert vote.unusable_reason == "the clip was not played to its end"


def test_feedback_comes_with_practice_only(session: Assignment) -> None:
    kinds = []
    while (view := next_trial(session, NOW)) is not None:
        ack = record_answer(session, sent(view.key), NOW)
        kinds.append((view.practice, ack.feedback is not None))
    assert set(kinds) == {(True, True), (False, False)}


def test_finish_waits_for_every_vote_and_may_be_asked_again(
    session: Assignment,
) -> None:
    with pytest.raises(RefusedError) as refusal:
        finish(session, NOW)
    assert refusal.value.code == "unfinished"
    answer_all(session)
    assert finish(session, NOW) == finish(session, NOW)
    session.refresh_from_db()
    assert session.state == Assignment.State.COMPLETED


def test_the_view_of_a_trial_says_nothing_of_its_kind(session: Assignment) -> None:
    shapes = set()
    while (view := next_trial(session, NOW)) is not None:
        if not view.practice:
            shapes.add(
                (view.seconds, view.questions, len(view.media), len(view.media[0]))
            )
        record_answer(session, sent(view.key), NOW)
    assert len(shapes) == 1


def test_a_token_opens_its_own_session_until_the_deadline(session: Assignment) -> None:
    token = session_token(session)
    assert open_session(token, NOW) == session
    for bad, code in ((token[:-2], "bad_token"), ("", "bad_token")):
        with pytest.raises(RefusedError) as refusal:
            open_session(bad, NOW)
        assert refusal.value.code == code
    with pytest.raises(RefusedError) as refusal:
        open_session(token, NOW + timedelta(days=1))
    assert refusal.value.code == "expired"


def test_a_finished_session_can_still_be_submitted_after_its_deadline(
    session: Assignment, recruiter: FakeRecruiter
) -> None:
    answer_all(session)
    finish(session, NOW)
    late = NOW + timedelta(days=1)
    assert finish(open_session(session_token(session), late), late).fields
    assert session.trials.exclude(state=Trial.State.ANSWERED).count() == 0
