"""Faults on purpose: throttled, failed before or after the commit, slow."""

import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from marketplace import faults
from marketplace.models import HIT
from tests.marketplace import shop

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def outcome(call: Any, **parameters: Any) -> tuple[int, str]:
    """Status and kind of what a call gets."""
    try:
        reply = call(**parameters)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return status, error.response["Error"]["Code"]
    return reply["ResponseMetadata"]["HTTPStatusCode"], ""


def test_a_throttled_call_does_nothing(client: "MTurkClient") -> None:
    with faults.injected(faults.read_plan("throttle=1")):
        found = outcome(client.create_hit, **shop.HIT_REQUEST)
    assert found == (400, "ThrottlingException")
    assert not HIT.objects.exists()


def test_a_failure_before_does_nothing_and_one_after_has_done_all(
    client: "MTurkClient",
) -> None:
    with faults.injected(faults.read_plan("fail_before=1")):
        found = outcome(client.create_hit, **shop.HIT_REQUEST)
    assert (found, HIT.objects.count()) == ((500, "ServiceFault"), 0)
    with faults.injected(faults.read_plan("fail_after=1")):
        found = outcome(client.create_hit, **shop.HIT_REQUEST)
    assert (found, HIT.objects.count()) == ((500, "ServiceFault"), 1)


def test_each_third_call_is_met(client: "MTurkClient") -> None:
    with faults.injected(faults.read_plan("throttle=every3")):
        found = [outcome(client.get_account_balance)[0] for _ in range(6)]
    assert found == [200, 200, 400, 200, 200, 400]


def test_only_the_operations_named_are_met_and_no_more_often_than_said(
    client: "MTurkClient",
) -> None:
    with faults.injected(faults.read_plan("fail_before=1,on=ListHITs,times=2")):
        assert outcome(client.get_account_balance)[0] == 200
        found = [outcome(client.list_hits)[0] for _ in range(3)]
    assert found == [500, 500, 200]


def test_a_slow_answer_comes_late(client: "MTurkClient") -> None:
    client.get_account_balance()
    with faults.injected(faults.read_plan("slow=1:0.2")):
        began = time.monotonic()
        assert outcome(client.get_account_balance)[0] == 200
    assert time.monotonic() - began >= 0.2


def test_boto3_tries_a_throttled_call_again_by_itself(api: str) -> None:
    patient = shop.mturk(api, attempts=3)
    with faults.injected(faults.read_plan("throttle=1,times=1")):
        assert outcome(patient.get_account_balance)[0] == 200


def test_nothing_is_disturbed_without_a_plan(client: "MTurkClient") -> None:
    assert {outcome(client.get_account_balance)[0] for _ in range(5)} == {200}


def test_a_seed_meets_the_same_calls_and_another_one_others() -> None:
    def met(text: str) -> list[str]:
        plan = faults.read_plan(text)
        found = (plan.fault_of(number) for number in range(1, 1001))
        return [fault.value if fault else "" for fault in found]

    mixed = "throttle=0.1,fail_before=0.05,fail_after=0.05,seed=7"
    assert met(mixed) == met(mixed)
    assert met(mixed) != met(mixed.replace("seed=7", "seed=8"))
    counted = met(mixed)
    assert 70 < counted.count("throttle") < 130
    assert 30 < counted.count("fail_before") < 70
    assert 30 < counted.count("fail_after") < 70


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("throtle=0.1", "'throtle=0.1' is no fault: there are throttle, fail_before"),
        ("throttle=2", "a share is from 0 to 1"),
        ("throttle=every0", "at least 1"),
        ("slow=0.5", "for how many seconds"),
        ("lag=-1", "seconds from 0 to 3600"),
        ("lag=nan", "seconds from 0 to 3600"),
        ("seed=x", "'seed=x' can't be read"),
        ("on=CreateHit", "on=CreateHit: there is no such operation"),
    ],
)
def test_a_plan_that_can_not_be_read_is_refused_by_its_word(
    text: str, said: str
) -> None:
    with pytest.raises(faults.PlanError, match=said):
        faults.read_plan(text)
