"""Bonuses and compensations of every recruiter: paid once, and found again."""

from dataclasses import replace
from decimal import Decimal

import pytest

from studies.recruiters.base import BonusSpec, CompensationSpec, Entry
from tests.recruiters.desks import Desk, spec

pytestmark = pytest.mark.django_db(transaction=True)

BONUS = Decimal("1.25")


def bonus_of(posting: str, entry: Entry, number: int = 1) -> BonusSpec:
    return BonusSpec(
        token=f"{number:064x}",
        external_id=entry.external_id,
        worker_id=entry.worker_id,
        amount_usd=BONUS,
        reason=f"Careful work (ref. b{number})",
        reference=f"(ref. b{number})",
        posting_id=posting,
        earlier=(BONUS,) * (number - 1),
    )


def test_a_bonus_is_paid_once_under_one_token(desk: Desk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    mine = bonus_of(posting, desk.finish(posting, 1, "copy"))
    before = desk.recruiter.balance()
    desk.recruiter.bonus(mine)
    desk.recruiter.bonus(mine)
    after = desk.recruiter.balance()
    one = desk.recruiter.cost(1, BONUS, 1).total_usd
    if before is None or after is None:
        assert one == 0
    else:
        assert before - after == one > BONUS


def test_a_bonus_is_found_in_the_recruiters_own_list(desk: Desk) -> None:
    if desk.recruiter.balance() is None:
        pytest.skip("no money of ours, no list")
    posting = desk.recruiter.open(spec()).external_id
    entry = desk.finish(posting, 1, "copy")
    first, second = bonus_of(posting, entry), bonus_of(posting, entry, 2)
    assert not desk.recruiter.bonus_paid(first)
    desk.recruiter.bonus(first)
    assert desk.recruiter.bonus_paid(first)
    assert not desk.recruiter.bonus_paid(second)
    desk.recruiter.bonus(second)
    assert desk.recruiter.bonus_paid(second)


def test_a_bonus_of_another_rater_is_not_mistaken(desk: Desk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    mine = bonus_of(posting, desk.finish(posting, 1, "copy"))
    other = desk.finish(posting, 2, "copy")
    desk.recruiter.bonus(mine)
    theirs = replace(
        mine, worker_id=other.worker_id, external_id=other.external_id, token="2" * 64
    )
    assert not desk.recruiter.bonus_paid(theirs)


def owed(posting: str, entry: Entry) -> CompensationSpec:
    return CompensationSpec(
        token="c" * 64,
        external_id=entry.external_id,
        posting_id=posting,
        worker_id=entry.worker_id,
        amount_usd=Decimal("0.20"),
        title="For a session that could not be submitted",
        description="You finished; press submit and you are paid.",
        entry_url="http://localhost:8000/rate/owed/x/",
        lifetime_seconds=86_400,
    )


def test_a_compensation_is_offered_once(desk: Desk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    entry = desk.finish(posting, 1, "copy")
    before = desk.recruiter.balance()
    offered = desk.recruiter.compensate(owed(posting, entry))
    held = desk.recruiter.balance()
    assert desk.recruiter.compensate(owed(posting, entry)) == offered
    assert desk.recruiter.balance() == held
    if before is None:
        assert offered is None
    elif offered is not None:
        assert offered.external_id != posting
        assert list(desk.recruiter.submissions(offered.external_id)) == []
