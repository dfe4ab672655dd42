"""Paying on Prolific: it has no tokens, and a second call pays a second time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from studies.errors import RecruiterError
from studies.recruiters.base import BonusSpec, Entry
from studies.recruiters.prolific_rules import SHORTEST_REASON
from tests.recruiters.desks import ProlificDesk, spec
from tests.recruiters.prolific_server import Prolific

REASON = "You answered before the clips had ended. " * 3


@pytest.fixture
def desk(prolific: Prolific) -> ProlificDesk:
    return ProlificDesk(prolific)


def submitted(desk: ProlificDesk) -> tuple[str, Entry]:
    posting = desk.recruiter.open(spec()).external_id
    return posting, desk.finish(posting, 1, "")


def bonus_of(posting: str, entry: Entry, cents: int = 150) -> BonusSpec:
    return BonusSpec(
        token="b" * 64,
        external_id=entry.external_id,
        worker_id=entry.worker_id,
        amount_usd=Decimal(cents) / 100,
        reason="Thank you (ref. b1)",
        reference="(ref. b1)",
        posting_id=posting,
    )


def test_who_has_not_come_back_yet_is_paid_later(desk: ProlificDesk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    entry = desk.recruiter.entry(desk.prolific.join(posting, "a" * 24))
    with pytest.raises(RecruiterError, match="not completed it yet") as early:
        desk.recruiter.approve(entry.external_id)
    assert not early.value.permanent
    form = desk.recruiter.finish(entry, "")
    desk.prolific.complete(entry.external_id, form.fields["cc"])
    desk.recruiter.approve(entry.external_id)
    assert desk.prolific.world.paid == {entry.external_id: 1}


@pytest.mark.parametrize(
    "status", ["RETURNED", "TIMED-OUT", "REJECTED", "SCREENED OUT"]
)
def test_what_is_over_is_not_paid_and_not_listed(
    desk: ProlificDesk, status: str
) -> None:
    posting, entry = submitted(desk)
    desk.prolific.leave(entry.external_id, status)
    with pytest.raises(RecruiterError, match=status.lower()) as refused:
        desk.recruiter.approve(entry.external_id)
    assert refused.value.permanent
    listed = [row.status for row in desk.recruiter.submissions(posting)]
    assert listed == (["rejected"] if status == "REJECTED" else [])
    assert desk.recruiter.status(posting).open_places == 3


@pytest.mark.parametrize("fault", ["before", "after", "cut"])
def test_an_unanswered_approval_is_sent_again_and_pays_once(
    desk: ProlificDesk, fault: str
) -> None:
    _, entry = submitted(desk)
    desk.prolific.fail("/transition/", fault)
    desk.recruiter.approve(entry.external_id)
    assert desk.prolific.world.paid == {entry.external_id: 1}


def test_a_rejection_needs_a_long_reason_and_is_not_sent_without(
    desk: ProlificDesk,
) -> None:
    _, entry = submitted(desk)
    before = sum(desk.prolific.calls.values())
    with pytest.raises(RecruiterError, match="100 characters or more, this one has 7"):
        desk.recruiter.reject(entry.external_id, "Too bad")
    assert sum(desk.prolific.calls.values()) == before
    assert len(REASON) >= SHORTEST_REASON
    desk.recruiter.reject(entry.external_id, REASON)
    desk.recruiter.reject(entry.external_id, REASON)
    with pytest.raises(RecruiterError, match="is rejected on Prolific"):
        desk.recruiter.approve(entry.external_id)
    assert not desk.prolific.world.paid


@pytest.mark.parametrize("fault", ["before", "after", "cut", "garbled"])
def test_a_bonus_that_was_only_set_up_is_unpaid_for_certain(
    desk: ProlificDesk, fault: str
) -> None:
    posting, entry = submitted(desk)
    mine = bonus_of(posting, entry)
    desk.prolific.fail("bonus-payments/$", fault)
    with pytest.raises(RecruiterError) as failed:
        desk.recruiter.bonus(mine)
    assert (failed.value.uncertain, failed.value.permanent) == (False, False)
    assert not desk.recruiter.bonus_paid(mine)
    desk.recruiter.bonus(mine)
    assert listed(desk, entry) == [150]


@pytest.mark.parametrize("fault", ["before", "after", "cut", "garbled"])
def test_an_unanswered_bonus_is_not_sent_again_before_it_would_be_listed(
    desk: ProlificDesk, fault: str
) -> None:
    posting, entry = submitted(desk)
    desk.prolific.world.slow_bonuses = True
    first = bonus_of(posting, entry)
    desk.prolific.fail("/pay/$", fault)
    with pytest.raises(RecruiterError) as failed:
        desk.recruiter.bonus(first)
    assert failed.value.uncertain
    again = replace(first, tried_at=datetime.now(UTC) - timedelta(hours=5))
    for ask in (desk.recruiter.bonus_paid, desk.recruiter.bonus):
        with pytest.raises(RecruiterError, match="in the background") as waits:
            ask(again)
        assert (waits.value.uncertain, waits.value.permanent) == (False, False)
    desk.prolific.world.settle()
    later = replace(first, tried_at=datetime.now(UTC) - timedelta(hours=6))
    assert desk.recruiter.bonus_paid(later) == (fault != "before")
    desk.recruiter.bonus(later)
    desk.prolific.world.settle()
    assert listed(desk, entry) == [150]


def test_equal_bonuses_of_before_are_not_mistaken_for_this_one(
    desk: ProlificDesk,
) -> None:
    posting, entry = submitted(desk)
    first = bonus_of(posting, entry)
    desk.recruiter.bonus(first)
    other = replace(bonus_of(posting, entry, 20), earlier=(first.amount_usd,))
    same = replace(first, earlier=(first.amount_usd,))
    assert not desk.recruiter.bonus_paid(other)
    assert not desk.recruiter.bonus_paid(same)
    desk.recruiter.bonus(same)
    desk.recruiter.bonus(other)
    assert listed(desk, entry) == [150, 150, 20]


def listed(desk: ProlificDesk, entry: Entry) -> list[float]:
    paid: list[float] = desk.prolific.world.submission(entry.external_id)[
        "bonus_payments"
    ]
    return paid
