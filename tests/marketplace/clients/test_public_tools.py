"""Tools of two authors, made for Amazon's MTurk, take a HIT through its life."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from marketplace import clock, services
from marketplace.models import HIT, Assignment, Worker
from tests.marketplace import shop
from tests.marketplace.clients.tools import Tool, running
from tests.marketplace.clients.venvs import python_with

pytestmark = pytest.mark.slow


@pytest.fixture
def sns() -> Iterator[str]:
    """Dallinger looks for its subscriptions at Amazon when it ends a HIT."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def dallinger(api: str, sns: str) -> Iterator[Tool]:
    python = python_with("dallinger", "Dallinger==12.4.0")
    with running("dallinger", python, api, AWS_ENDPOINT_URL_SNS=sns) as tool:
        yield tool


@pytest.fixture
def psiturk(api: str) -> Iterator[Tool]:
    python = python_with(
        "psiturk", "PsiTurk==3.3.1", then=("boto3>=1.40", "setuptools<81")
    )
    with running("psiturk", python, api) as tool:
        yield tool


def submitted(hit_id: str, worker: Worker) -> str:
    return shop.submitted(HIT.objects.get(hit_id=hit_id), worker).assignment_id


def test_dallinger_runs_an_experiment(dallinger: Tool) -> None:
    do = dallinger.do
    assert do("account_balance") == 100.0
    assert do("check_credentials") is True
    made = do(
        "create_hit",
        experiment_id="some-experiment",
        title="An experiment",
        description="Look and listen.",
        keywords=["video", "sound"],
        reward=0.5,
        duration_hours=1,
        lifetime_days=1,
        question=shop.QUESTION,
        max_assignments=2,
        annotation="some-experiment",
        qualifications=[],
        do_subscribe=False,
    )
    hit_id = made["id"]
    assert made["status"] == "Assignable"
    assert [hit["id"] for hit in do("get_hits")] == [hit_id]
    extended = do("extend_hit", hit_id, 1, 1)
    assert extended["max_assignments"] == 3
    alice = shop.worker("alice")
    mine = submitted(hit_id, alice)
    # Dallinger's HITs are approved without delay
    assert do("get_assignment", mine)["status"] == "Approved"
    assert do("grant_bonus", mine, 0.25, "Well done.") is True
    kind = do("create_qualification_type", "took part", "Took part before.")["id"]
    assert do("get_qualification_type_by_name", "took part")["id"] == kind
    assert do("assign_qualification", kind, alice.worker_id, 3) is True
    assert do("increment_qualification_score", kind, alice.worker_id)
    assert do("current_qualification_score", kind, alice.worker_id) == 4
    assert do("get_workers_with_qualification", kind)
    assert do("revoke_qualification", kind, alice.worker_id) is True
    assert do("dispose_qualification_type", kind) is True
    # it expires the HIT, looks for its subscription, and deletes the HIT
    assert do("disable_hit", hit_id, "some-experiment") is True
    assert HIT.objects.get(hit_id=hit_id).status(clock.now()) == "Disposed"
    # 100.00 less 0.50 and 0.25 and a fifth of each
    assert do("account_balance") == 99.1


def psiturks_hit(**more: Any) -> dict[str, Any]:
    return {
        "title": "An experiment",
        "description": "Look and listen.",
        "keywords": "video, sound",
        "reward": "0.50",
        "duration": {"seconds": 3600},
        "lifetime": {"seconds": 86_400},
        "max_assignments": 2,
        "ad_location": "https://rate.example/ad",
        "approve_requirement": 0,
        "number_hits_approved": 0,
        "require_master_workers": False,
        "us_only": False,
        "require_qualification_ids": [],
        "block_qualification_ids": [],
        "advanced_qualifications": [],
        **more,
    }


def test_psiturk_runs_an_experiment(psiturk: Tool) -> None:
    def do(method: str, *args: Any, **kwargs: Any) -> Any:
        answer = psiturk.do(method, *args, **kwargs)
        assert answer["success"], answer["failed"]
        return answer["data"]

    assert do("check_balance") == "100.00"
    hit_id = do("create_hit", psiturks_hit())["HITId"]
    assert [hit["hitid"] for hit in do("get_all_hits")] == [hit_id]
    do("extend_hit", hit_id, assignments_increment=1, expiration_increment=60)
    assert do("get_hit", hit_id)["max_assignments"] == 3
    alice, bob = shop.worker("alice"), shop.worker("bob")
    first, second = submitted(hit_id, alice), submitted(hit_id, bob)
    assert do("get_hit", hit_id)["number_submissions_needing_action"] == 2
    rows = do("get_assignments", "Submitted", [hit_id])
    assert {row["workerId"] for row in rows} == {alice.worker_id, bob.worker_id}
    do("approve_assignment", first)
    do("reject_assignment", second)
    assert do("get_assignment", second)["status"] == "Rejected"
    do("unreject_assignment", second)
    assert do("get_assignment", second)["status"] == "Approved"
    do("bonus_assignment", first, alice.worker_id, "0.25", "Well done.")
    again = psiturk.do("approve_assignment", first)
    assert not again["success"]
    assert "can be called with a status of: Submitted" in again["failed"]
    do("expire_hit", hit_id)
    do("delete_hit", hit_id)
    assert do("get_all_hits") == []
    assert Assignment.objects.filter(status="Approved").count() == 2
    assert services.balances(shop.requester()).available_cents == 10_000 - 150
