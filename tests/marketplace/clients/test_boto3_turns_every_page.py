"""Unmodified boto3: every paginator of the model, over HTTP."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from marketplace import clock, services
from marketplace.models import HIT, QualificationType
from tests.marketplace import shop
from tests.marketplace.clients.scenes import kind, requested

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@pytest.fixture
def client(api: str) -> "MTurkClient":
    return shop.mturk(api)


def three_hits(client: "MTurkClient") -> dict[str, Any]:
    for number in range(3):
        client.create_hit(**{**shop.HIT_REQUEST, "Title": f"Number {number}"})
    return {}


def three_reviewable(client: "MTurkClient") -> dict[str, Any]:
    three_hits(client)
    for hit in HIT.objects.all():
        client.update_expiration_for_hit(HITId=hit.hit_id, ExpireAt=shop.EPOCH)
    return {}


def three_assignments(client: "MTurkClient") -> dict[str, Any]:
    hit_id = client.create_hit(**shop.HIT_REQUEST)["HIT"]["HITId"]
    for name in ("alice", "bob", "carol"):
        shop.submitted(HIT.objects.get(hit_id=hit_id), shop.worker(name))
    return {"HITId": hit_id}


def three_bonuses(client: "MTurkClient") -> dict[str, Any]:
    given = three_assignments(client)
    for row in client.list_assignments_for_hit(**given)["Assignments"]:
        client.send_bonus(
            WorkerId=row["WorkerId"],
            AssignmentId=row["AssignmentId"],
            BonusAmount="0.10",
            Reason="Thanks.",
        )
    return given


def three_kinds(client: "MTurkClient") -> dict[str, Any]:
    for number in range(3):
        kind(client, f"Kind {number}")
    return {"MustBeRequestable": True, "MustBeOwnedByCaller": True}


def three_holders(client: "MTurkClient") -> dict[str, Any]:
    given: dict[str, Any] = {"QualificationTypeId": kind(client, "Careful")}
    for name in ("alice", "bob", "carol"):
        client.associate_qualification_with_worker(
            **given, WorkerId=shop.worker(name).worker_id
        )
    return given


def three_requests(client: "MTurkClient") -> dict[str, Any]:
    type_id = kind(client, "Careful")
    requested(type_id)
    wanted = QualificationType.objects.get(type_id=type_id)
    services.request_qualification(shop.worker("erin"), wanted, clock.now())
    return {"QualificationTypeId": type_id}


def three_blocks(client: "MTurkClient") -> dict[str, Any]:
    for name in ("alice", "bob", "carol"):
        client.create_worker_block(WorkerId=shop.worker(name).worker_id, Reason="x")
    return {}


def three_asking(client: "MTurkClient") -> dict[str, Any]:
    given: dict[str, Any] = {"QualificationTypeId": kind(client, "Careful")}
    asked = [{**given, "Comparator": "Exists"}]
    for number in range(3):
        title = {"Title": f"Number {number}"}
        client.create_hit(
            **{**shop.HIT_REQUEST, **title, "QualificationRequirements": asked}
        )
    return given


PAGINATORS: dict[str, tuple[Callable[..., dict[str, Any]], str]] = {
    "list_hits": (three_hits, "HITs"),
    "list_reviewable_hits": (three_reviewable, "HITs"),
    "list_assignments_for_hit": (three_assignments, "Assignments"),
    "list_bonus_payments": (three_bonuses, "BonusPayments"),
    "list_qualification_types": (three_kinds, "QualificationTypes"),
    "list_qualification_requests": (three_requests, "QualificationRequests"),
    "list_workers_with_qualification_type": (three_holders, "Qualifications"),
    "list_worker_blocks": (three_blocks, "WorkerBlocks"),
    "list_hits_for_qualification_type": (three_asking, "HITs"),
}


def test_no_paginator_is_left_out(client: "MTurkClient") -> None:
    found = {
        name for name in client.meta.method_to_api_mapping if client.can_paginate(name)
    }
    assert found == set(PAGINATORS)


@pytest.mark.parametrize("name", sorted(PAGINATORS))
def test_a_paginator_gives_each_row_once_and_ends(
    client: "MTurkClient", name: str
) -> None:
    prepare, rows = PAGINATORS[name]
    given = prepare(client)
    paginator: Any = client.get_paginator(name)  # type: ignore[call-overload] # by name
    pages = list(paginator.paginate(**given, PaginationConfig={"PageSize": 2}))
    found = [str(row) for page in pages for row in page.get(rows, [])]
    assert len(found) == len(set(found)) == 3
    assert [page["NumResults"] for page in pages] == [2, 1, 0]
