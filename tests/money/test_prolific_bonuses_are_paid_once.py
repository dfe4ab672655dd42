"""Prolific pays bonuses in the background, and twice when it is asked twice."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine

from studies.models import Assignment, Payment, Study
from studies.recruiters.base import BonusSpec
from studies.recruiters.prolific import ProlificRecruiter
from studies.selectors import spent_usd
from studies.services.bonuses import (
    BonusOrder,
    bonus_sessions,
    order_bonuses,
    plan_bonuses,
)
from studies.services.collect import advance
from studies.services.compensate import compensate, owed
from studies.services.settle import settle
from studies.services.votes import finish
from tests.recruiters.prolific_server import Prolific
from tests.recruiters.prolific_study import come, launched, on_prolific, work
from tests.studies.conftest import answer_all
from tests.worlds import NOW

pytestmark = pytest.mark.django_db
Clock = time_machine.Traveller


class Dies(ProlificRecruiter):
    """The worker is killed when the call was made, before its answer is read."""

    dies: bool = True

    def bonus(self, spec: BonusSpec) -> None:
        super().bonus(spec)
        if self.dies:
            Dies.dies = False
            raise SystemExit


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def prolific(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Prolific]:
    kind = getattr(request, "param", ProlificRecruiter)
    Dies.dies = True
    with on_prolific(monkeypatch, kind) as there:
        there.world.slow_bonuses = True
        yield there


def ordered(prolific: Prolific, sessions: int = 1) -> Study:
    """A study with paid sessions, and a bonus of 0.35 ordered for each."""
    study = launched()
    for number in range(1, sessions + 1):
        work(prolific, study, number)
    advance(study)
    order = BonusOrder(Decimal("0.35"), "Careful work")
    planned = plan_bonuses(study, bonus_sessions(study), order)
    order_bonuses(study, planned, by="ada", confirmed_usd=planned.total_usd)
    return study


def paid(prolific: Prolific) -> list[list[float]]:
    prolific.world.settle()
    return [row["bonus_payments"] for row in prolific.world.submissions.values()]


def states(study: Study) -> set[str]:
    rows = Payment.objects.filter(assignment__study=study).exclude(kind="reward")
    return set(rows.values_list("state", flat=True))


def pay_calls(prolific: Prolific) -> int:
    return sum(n for call, n in prolific.calls.items() if call.endswith("/pay/"))


def test_each_session_gets_its_bonus_once(prolific: Prolific) -> None:
    study = ordered(prolific, sessions=2)
    assert settle(study) == 2
    assert settle(study) == 0
    assert paid(prolific) == [[35.0], [35.0]]
    assert Decimal(1_000_000 - prolific.world.balance) / 100 == spent_usd(study)


@pytest.mark.parametrize("fault", ["before", "after", "cut", "garbled"])
def test_an_unanswered_bonus_waits_until_it_would_be_listed(
    prolific: Prolific, clock: Clock, fault: str
) -> None:
    study = ordered(prolific)
    prolific.fail("/pay/$", fault)
    assert settle(study) == 0
    for _ in range(5):
        clock.shift(timedelta(hours=1))
        assert settle(study) == 0
    assert (states(study), pay_calls(prolific)) == ({"unknown"}, 1)
    prolific.world.settle()
    clock.shift(timedelta(hours=1))
    assert settle(study) == 1
    assert pay_calls(prolific) == (2 if fault == "before" else 1)
    assert paid(prolific) == [[35.0]]
    assert states(study) == {"confirmed"}


def test_one_that_is_listed_sooner_is_confirmed_sooner(
    prolific: Prolific, clock: Clock
) -> None:
    study = ordered(prolific)
    prolific.fail("/pay/$", "cut")
    settle(study)
    prolific.world.settle()
    clock.shift(timedelta(minutes=1))
    assert settle(study) == 1
    assert paid(prolific) == [[35.0]]


def test_one_that_waits_holds_up_no_other(prolific: Prolific) -> None:
    study = ordered(prolific, sessions=3)
    prolific.fail("/pay/$", "cut")
    assert settle(study) == 0
    assert settle(study) == 2
    assert paid(prolific) == [[35.0], [35.0], [35.0]]
    assert states(study) == {"unknown", "confirmed"}


@pytest.mark.parametrize("fault", ["before", "after", "cut", "garbled"])
def test_one_that_was_only_set_up_is_paid_at_once(
    prolific: Prolific, fault: str
) -> None:
    study = ordered(prolific)
    prolific.fail("bonus-payments/$", fault)
    assert settle(study) == 0
    assert settle(study) == 1
    assert paid(prolific) == [[35.0]]


@pytest.mark.parametrize("prolific", [Dies], indirect=True)
def test_a_worker_killed_in_the_call_leaves_one_bonus(
    prolific: Prolific, clock: Clock
) -> None:
    study = ordered(prolific)
    with pytest.raises(SystemExit):
        settle(study)
    for _ in range(5):
        clock.shift(timedelta(hours=1))
        assert settle(study) == 0
    prolific.world.settle()
    clock.shift(timedelta(minutes=1))
    assert settle(study) == 1
    assert paid(prolific) == [[35.0]]


@pytest.mark.parametrize("fault", ["", "before", "cut"])
def test_who_could_not_go_back_is_compensated_once(
    prolific: Prolific, clock: Clock, fault: str
) -> None:
    study = launched()
    session = come(prolific, study, 1)
    answer_all(session)
    finish(session, NOW)
    prolific.leave(session.external_id, "TIMED-OUT")
    clock.shift(timedelta(hours=3))
    advance(study)
    (due,) = owed(study)
    compensate(due.session, by="ada", confirmed_usd=due.total_usd)
    prolific.fail("/pay/$", fault or "never", times=1 if fault else 0)
    for _ in range(3):
        settle(study)
        clock.shift(timedelta(hours=4))
        prolific.world.settle()
    assert paid(prolific) == [[20.0]]
    assert states(study) == {"confirmed"}
    assert Assignment.objects.get().state == Assignment.State.EXPIRED
