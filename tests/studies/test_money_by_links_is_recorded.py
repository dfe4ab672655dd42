"""Bonuses and compensations of people who came by a link are recorded, not paid."""

from decimal import Decimal

import pytest
import time_machine

from studies.models import Assignment, Payment
from studies.services.bonuses import (
    BonusOrder,
    bonus_sessions,
    order_bonuses,
    plan_bonuses,
)
from studies.services.collect import advance
from studies.services.compensate import compensate, owed
from studies.services.publish import launch
from studies.services.sessions import begin
from studies.services.settle import settle
from studies.services.verdict import NEVER_SUBMITTED
from studies.services.votes import finish
from tests.studies.conftest import answer_all
from tests.worlds import NOW, built_study, entry_of

pytestmark = pytest.mark.django_db


def test_a_bonus_is_recorded_at_its_amount_and_without_a_fee() -> None:
    with time_machine.travel(NOW, tick=False):
        study = launch(built_study(), "link")
        mine = begin(study, study.postings.get(), entry_of(1), now=NOW, client={})
        answer_all(mine)
        finish(mine, NOW)
    advance(study)
    order = BonusOrder(Decimal("2.00"), "A voucher")
    planned = plan_bonuses(study, bonus_sessions(study), order)
    assert (planned.problems, planned.total_usd) == ((), Decimal("2.00"))
    order_bonuses(study, planned, by="ada", confirmed_usd=None)
    assert settle(study) == 1
    bonus = Payment.objects.get(kind="bonus")
    assert bonus.state == Payment.State.CONFIRMED
    assert (bonus.amount_usd, bonus.fee_usd) == (Decimal("2.00"), Decimal(0))


def test_a_compensation_is_recorded_once() -> None:
    study = launch(built_study(), "link")
    mine = begin(study, study.postings.get(), entry_of(1), now=NOW, client={})
    Assignment.objects.update(state="expired", unused_reason=NEVER_SUBMITTED)
    assert [row.session for row in owed(study)] == [mine]
    compensate(mine, by="ada")
    assert settle(study) == 1
    assert not owed(study)[0].open
    assert Payment.objects.get().state == Payment.State.CONFIRMED
