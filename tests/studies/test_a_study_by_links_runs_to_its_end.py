"""A study that recruits by links: one link, no money, nothing lost."""

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine

from studies.errors import RefusedError, StudyError
from studies.models import Assignment, Payment, Posting, Study, Vote
from studies.recruiters.base import Entry
from studies.selectors import open_places, spent_usd
from studies.services.collect import advance
from studies.services.inviting import completion_code, hand_in, invite
from studies.services.launch_plan import plan
from studies.services.publish import close, launch
from studies.services.record import study_record
from studies.services.sessions import begin, read_entry
from studies.services.votes import finish
from tests.studies.conftest import answer_all
from tests.worlds import NOW, World, built_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    with time_machine.travel(NOW, tick=False):
        return launch(built_study(), "link")


def query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def newcomer(study: Study) -> tuple[Posting, Entry]:
    """Somebody follows the open link, and what it leads to."""
    sent = query(study.postings.get().url)
    _, first = read_entry(study, sent["p"], sent)
    return read_entry(study, sent["p"], {"p": sent["p"], **first.keep})


def come(study: Study) -> Assignment:
    posting, entry = newcomer(study)
    return begin(study, posting, entry, now=NOW, client={})


def test_one_link_holds_all_places_and_costs_nothing() -> None:
    ready = built_study(World(settings={"hard_cap_usd": Decimal(0)}))
    planned = plan(ready, "link")
    line = planned.lines[0]
    assert (planned.postings, line.places_per_posting) == (1, planned.sessions)
    assert planned.sessions > 9
    assert planned.total_usd == line.reward_usd == 0
    assert line.balance_usd is None
    study = launch(ready, "link")
    assert study.state == Study.State.LIVE
    posting = study.postings.get()
    assert (posting.places, posting.state) == (planned.sessions, "open")
    assert posting.url.startswith(f"http://localhost:8000/rate/tiny/?p={posting.key}")
    assert posting.expires_at is None


def test_the_report_does_not_say_that_anybody_was_paid(study: Study) -> None:
    answer_all(come(study))
    record = study_record(study)
    assert (
        record.methods["unpaid"] == record.methods["recruiters"] == "invitation links"
    )
    assert not {"reward_usd", "fee", "paid_per_hour_usd"} & set(record.methods)
    assert record.flow is not None
    assert record.flow.paid is None


def test_raters_come_answer_and_the_study_closes_without_money(study: Study) -> None:
    with time_machine.travel(NOW, tick=False):
        for _ in range(60):
            if advance(study) and study.state == Study.State.CLOSED:
                break
            session = come(study)
            answer_all(session)
            hand_in(finish(session, NOW).fields["answers"], NOW)
    assert study.state == Study.State.CLOSED
    assert Vote.objects.counted().count() == 24 * 3
    assert spent_usd(study) == 0
    assert set(Payment.objects.values_list("state", flat=True)) == {"confirmed"}
    assert not any(study.assignments.values_list("flags", flat=True))
    assert study.assignments.exclude(state="approved").count() == 0


def test_missing_votes_make_room_in_the_same_link(study: Study) -> None:
    posting = study.postings.get()
    Posting.objects.update(places=1)
    with time_machine.travel(NOW, tick=False):
        result = advance(study)
        assert result.new_places == posting.places - 1
        assert advance(study).new_places == 0
    grown = study.postings.get()
    assert (grown.places, grown.url) == (posting.places, posting.url)
    assert open_places(study) == posting.places


def test_nobody_at_work_loses_the_place_to_a_latecomer(study: Study) -> None:
    Posting.objects.update(places=1)
    mine = come(study)
    posting, late = newcomer(study)
    later = NOW + timedelta(minutes=30)
    with pytest.raises(RefusedError, match="places") as refused:
        begin(study, posting, late, now=later, client={})
    assert refused.value.code == "full"
    with time_machine.travel(later, tick=False):
        advance(study)
    mine.refresh_from_db()
    assert mine.state == Assignment.State.ACTIVE


def test_who_walked_away_frees_the_place_when_the_time_is_over(study: Study) -> None:
    mine = come(study)
    with time_machine.travel(mine.deadline + timedelta(minutes=6), tick=False):
        advance(study)
    mine.refresh_from_db()
    assert mine.state == Assignment.State.EXPIRED


def test_who_finished_counts_whether_the_last_button_is_pressed_or_not(
    study: Study,
) -> None:
    mine = come(study)
    answer_all(mine)
    finish(mine, NOW)
    with time_machine.travel(mine.deadline + timedelta(hours=9), tick=False):
        advance(study)
    mine.refresh_from_db()
    assert (mine.state, mine.used) == (Assignment.State.APPROVED, True)


def test_who_is_about_to_press_the_last_button_is_waited_for(study: Study) -> None:
    mine = come(study)
    answer_all(mine)
    copy = finish(mine, NOW).fields["answers"]
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert advance(study).submissions == 0
        hand_in(copy, NOW)
        assert advance(study).submissions == 1
    assert hand_in(copy, NOW) == mine


def test_who_finishes_with_the_last_second_is_not_given_up(study: Study) -> None:
    mine = come(study)
    answer_all(mine)
    finish(mine, mine.deadline)
    for minute in range(8):
        at = mine.deadline + timedelta(minutes=minute)
        with time_machine.travel(at, tick=False):
            advance(study)
    mine.refresh_from_db()
    assert mine.state == Assignment.State.APPROVED


def test_the_code_is_given_only_when_everything_is_stored(study: Study) -> None:
    mine, other = come(study), come(study)
    answer_all(mine)
    copy = finish(mine, NOW).fields["answers"]
    stored = hand_in(copy, NOW)
    assert stored == mine
    assert completion_code(stored) == completion_code(mine) != completion_code(other)
    Assignment.objects.filter(pk=mine.pk).update(state="active")
    with pytest.raises(RefusedError, match="no answer yet"):
        hand_in(copy, NOW)
    Assignment.objects.filter(pk=mine.pk).update(state="expired")
    with pytest.raises(RefusedError, match="given up"):
        hand_in(copy, NOW)
    for forged in ("", copy[:-1], copy.replace(mine.key.hex, other.key.hex)):
        with pytest.raises(RefusedError, match="not known"):
            hand_in(forged, NOW)


def test_a_closed_link_takes_nobody_new_but_lets_those_at_work_finish(
    study: Study,
) -> None:
    mine = come(study)
    posting, late = newcomer(study)
    with time_machine.travel(NOW, tick=False):
        advance(close(study))
        with pytest.raises(RefusedError, match="no more raters"):
            begin(study, posting, late, now=NOW, client={})
        answer_all(mine)
        hand_in(finish(mine, NOW).fields["answers"], NOW)
        advance(study)
    assert study.state == Study.State.CLOSED


def test_each_personal_link_is_good_for_one_session(study: Study) -> None:
    people = invite(study, 3)
    for person in people:
        sent = query(person.url)
        posting, entry = read_entry(study, sent["p"], sent)
        first = begin(study, posting, entry, now=NOW, client={})
        assert begin(study, posting, entry, now=NOW, client={}) == first
        assert first.rater == f"link:{person.name}"
    assert study.assignments.count() == 3


def test_invitations_need_a_study_that_takes_raters_by_links(study: Study) -> None:
    with pytest.raises(StudyError, match="--recruiter link"):
        invite(built_study(World(slug="other")), 1)
    for number in (0, -1, 10_001):
        with pytest.raises(StudyError, match="1 to 10,000"):
            invite(study, number)
