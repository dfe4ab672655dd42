"""What the services rely on holds for every recruiter there is."""

from decimal import Decimal

import pytest

from studies.errors import RecruiterError
from studies.recruiters.base import ANSWERS_FIELD, PostingHandle
from studies.services.recruiting import RECRUITERS
from tests.recruiters.desks import ALL, Desk, FakeDesk, spec

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_recruiter_is_left_out() -> None:
    assert set(RECRUITERS) <= set(ALL)


def test_opening_twice_with_one_token_is_one_posting(desk: Desk) -> None:
    first = desk.recruiter.open(spec())
    assert desk.recruiter.open(spec()) == first
    assert desk.recruiter.open(spec("tiny-2-def")).external_id != first.external_id


def resumed(desk: Desk, token: str) -> PostingHandle:
    """As publishing resumes after a crash: look first, then open."""
    known = desk.recruiter.find([token])
    return known.get(token) or desk.recruiter.open(spec(token))


def test_what_was_opened_before_a_crash_is_not_opened_again(desk: Desk) -> None:
    first = desk.recruiter.open(spec())
    assert resumed(desk, "tiny-1-abc") == first
    assert desk.recruiter.find(["never-sent"]) == {}


def test_what_was_handed_in_comes_back_whole(desk: Desk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    assert list(desk.recruiter.submissions(posting)) == []
    came = [desk.finish(posting, number, f"copy {number}") for number in (1, 2)]
    rows = list(desk.recruiter.submissions(posting))
    assert {(row.worker_id, row.external_id) for row in rows} == {
        (entry.worker_id, entry.external_id) for entry in came
    }
    assert len({row.external_id for row in rows}) == 2
    copies = {row.answers.get(ANSWERS_FIELD) for row in rows}
    carried = {"copy 1", "copy 2"} if desk.recruiter.carries_answers else {None}
    assert copies == carried
    assert {row.status for row in rows} == {"submitted"}
    assert all(row.submitted_at.tzinfo for row in rows)


def test_approving_twice_pays_once(desk: Desk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    entry = desk.finish(posting, 1, "copy")
    before = desk.recruiter.balance()
    desk.recruiter.approve(entry.external_id)
    paid = desk.recruiter.balance()
    desk.recruiter.approve(entry.external_id)
    assert desk.recruiter.balance() == paid
    if before is not None and paid is not None:
        one = desk.recruiter.cost(1, Decimal("0.20"), 3).total_usd
        # the marketplace holds the money of all places from the start
        assert before - paid in (0, one)


def test_expiring_twice_is_harmless(desk: Desk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    desk.finish(posting, 1, "copy")
    desk.recruiter.expire(posting)
    desk.recruiter.expire(posting)
    assert len(list(desk.recruiter.submissions(posting))) == 1


def test_costs_add_up_and_are_never_negative(desk: Desk) -> None:
    three = desk.recruiter.cost(3, Decimal("0.20"), 3)
    one = desk.recruiter.cost(1, Decimal("0.20"), 3)
    assert three.total_usd == 3 * one.total_usd >= 0
    assert three.total_usd == three.reward_usd + three.fee_usd
    # no account to pay from, nothing to pay
    assert (desk.recruiter.balance() is None) == (one.total_usd == 0)


def test_the_sessions_at_work_are_counted(desk: Desk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    if isinstance(desk, FakeDesk):
        desk.fake.working = 0
    assert desk.recruiter.status(posting).working == 0


@pytest.mark.parametrize("desk", ALL[1:], indirect=True)
def test_who_only_looks_is_nobody(desk: Desk) -> None:
    handle = desk.recruiter.open(spec())
    entry = desk.recruiter.entry(desk.preview(handle.url))
    assert entry.preview
    assert (entry.worker_id, entry.external_id) == ("", "")


@pytest.mark.parametrize("desk", ALL[1:], indirect=True)
def test_who_came_by_a_damaged_link_is_refused_in_words(desk: Desk) -> None:
    damaged = {"p": "key1", "assignmentId": "<x>", "workerId": "a b", "who": "x"}
    damaged |= {"PROLIFIC_PID": "x", "SESSION_ID": "<x>"}
    with pytest.raises(RecruiterError, match="link") as refused:
        desk.recruiter.entry(damaged)
    assert refused.value.permanent


def test_the_form_of_the_end_carries_the_copy_or_a_code(desk: Desk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    entry = desk.finish(posting, 1, "copy")
    form = desk.recruiter.finish(entry, "the copy")
    if desk.recruiter.carries_answers:
        assert (form.method, form.fields[ANSWERS_FIELD]) == ("POST", "the copy")
    else:
        assert (form.method, list(form.fields.values())) == ("GET", [form.code])
    assert form.action.startswith("http")


def test_it_says_in_one_line_where_people_come_from(desk: Desk) -> None:
    assert desk.recruiter.describe()
    assert "\n" not in desk.recruiter.describe()
    assert isinstance(desk.recruiter.spends_real_money, bool)
