"""SendBonus, ListBonusPayments."""

from collections.abc import Mapping
from typing import Any

from marketplace import money, services
from marketplace.errors import invalid
from marketplace.models import Bonus
from marketplace.operations.paging import page
from marketplace.operations.records import own_assignment, own_hit
from marketplace.operations.registry import Call, operation


@operation("SendBonus", writes=True)
def send_bonus(call: Call) -> Mapping[str, Any]:
    given = call.parameters
    try:
        cents = money.to_cents(given["BonusAmount"])
    except ValueError as error:
        raise invalid(f"Parameter BonusAmount: {error}.") from error
    if cents == 0:
        raise invalid("Parameter BonusAmount: a bonus is at least 0.01.")
    services.send_bonus(
        own_assignment(call),
        services.BonusDraft(
            worker_id=given["WorkerId"],
            amount_cents=cents,
            reason=given["Reason"],
            token=given.get("UniqueRequestToken"),
        ),
        call.now,
    )
    return {}


@operation("ListBonusPayments", writes=False)
def list_bonus_payments(call: Call) -> Mapping[str, Any]:
    given = call.parameters
    if ("HITId" in given) == ("AssignmentId" in given):
        raise invalid("Give either HITId or AssignmentId: one of them, not both.")
    if "HITId" in given:
        found = Bonus.objects.filter(assignment__hit=own_hit(call))
    else:
        found = Bonus.objects.filter(assignment=own_assignment(call))
    return page(
        call,
        found.select_related("assignment__worker"),
        name="BonusPayments",
        write=_bonus_record,
    )


def _bonus_record(bonus: Bonus) -> dict[str, Any]:
    return {
        "WorkerId": bonus.assignment.worker.worker_id,
        "BonusAmount": money.dollars(bonus.amount_cents),
        "AssignmentId": bonus.assignment.assignment_id,
        "Reason": bonus.reason,
        "GrantTime": bonus.granted_at,
    }
