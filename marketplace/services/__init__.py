"""What changes the marketplace: one set of functions for the API, site and admin."""

from marketplace.services.blocks import block, unblock
from marketplace.services.bonuses import BonusDraft, send_bonus
from marketplace.services.hits import (
    HITDraft,
    TypeDraft,
    change_type,
    create_hit,
    create_hit_type,
    delete_hit,
    extend_hit,
    set_expiration,
    set_reviewing,
)
from marketplace.services.places import (
    accept,
    accept_next,
    check_not_blocked,
    give_back,
    open_to,
    submit,
)
from marketplace.services.requesters import (
    balances,
    deposit,
    ensure_local_requester,
    ensure_requester,
    issue_key,
    secret_of,
)
from marketplace.services.review import approve, reject
from marketplace.services.settle import settle
from marketplace.services.workers import sign_in, sign_up

__all__ = [
    "BonusDraft",
    "HITDraft",
    "TypeDraft",
    "accept",
    "accept_next",
    "approve",
    "balances",
    "block",
    "change_type",
    "check_not_blocked",
    "create_hit",
    "create_hit_type",
    "delete_hit",
    "deposit",
    "ensure_local_requester",
    "ensure_requester",
    "extend_hit",
    "give_back",
    "issue_key",
    "open_to",
    "reject",
    "secret_of",
    "send_bonus",
    "set_expiration",
    "set_reviewing",
    "settle",
    "sign_in",
    "sign_up",
    "submit",
    "unblock",
]
