"""GetAccountBalance."""

from collections.abc import Mapping
from typing import Any

from marketplace import money, services
from marketplace.operations.registry import Call, operation


@operation("GetAccountBalance", writes=False)
def get_account_balance(call: Call) -> Mapping[str, Any]:
    funds = services.balances(call.requester)
    return {
        "AvailableBalance": money.dollars(funds.available_cents),
        "OnHoldBalance": money.dollars(funds.held_cents),
    }
