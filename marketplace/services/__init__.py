"""What changes the marketplace: one set of functions for the API, site and admin."""

from marketplace.services.blocks import block, unblock
from marketplace.services.bonuses import BonusDraft, send_bonus
from marketplace.services.closing import close_account
from marketplace.services.credentials import (
    ask_for_reset,
    change_password,
    reset_password,
    to_reset,
)
from marketplace.services.deliver import deliver_due, try_again
from marketplace.services.entrance import (
    Application,
    change_email,
    check_verified,
    check_welcome,
    join,
    send_verification,
    to_verify,
    verify,
)
from marketplace.services.hits import (
    HITDraft,
    RequirementDraft,
    TypeDraft,
    change_type,
    create_hit,
    create_hit_type,
    delete_hit,
    extend_hit,
    set_expiration,
    set_reviewing,
    types_asking_for,
)
from marketplace.services.invitations import Invited, invite
from marketplace.services.letters import answer, contact, thread
from marketplace.services.messages import Letter, notify, read_all, unread
from marketplace.services.places import (
    accept,
    accept_next,
    give_back,
    open_to,
    submit,
    submit_form,
)
from marketplace.services.qualification_requests import (
    Chances,
    accept_request,
    hand_in,
    ran_out,
    reject_request,
    request_qualification,
    sitting_of,
)
from marketplace.services.qualification_types import (
    create_qualification_type,
    delete_qualification_type,
    update_qualification_type,
)
from marketplace.services.qualifications import grant, held_by, revoke
from marketplace.services.requesters import (
    balances,
    deposit,
    enrol,
    ensure_local_requester,
    ensure_requester,
    issue_key,
    secret_of,
)
from marketplace.services.review import approve, reject
from marketplace.services.settle import settle
from marketplace.services.subscriptions import (
    NotificationDraft,
    send_test,
    subscribe,
)
from marketplace.services.workers import sign_in, sign_up

__all__ = [
    "Application",
    "BonusDraft",
    "Chances",
    "HITDraft",
    "Invited",
    "Letter",
    "NotificationDraft",
    "RequirementDraft",
    "TypeDraft",
    "accept",
    "accept_next",
    "accept_request",
    "answer",
    "approve",
    "ask_for_reset",
    "balances",
    "block",
    "change_email",
    "change_password",
    "change_type",
    "check_verified",
    "check_welcome",
    "close_account",
    "contact",
    "create_hit",
    "create_hit_type",
    "create_qualification_type",
    "delete_hit",
    "delete_qualification_type",
    "deliver_due",
    "deposit",
    "enrol",
    "ensure_local_requester",
    "ensure_requester",
    "extend_hit",
    "give_back",
    "grant",
    "hand_in",
    "held_by",
    "invite",
    "issue_key",
    "join",
    "notify",
    "open_to",
    "ran_out",
    "read_all",
    "reject",
    "reject_request",
    "request_qualification",
    "reset_password",
    "revoke",
    "secret_of",
    "send_bonus",
    "send_test",
    "send_verification",
    "set_expiration",
    "set_reviewing",
    "settle",
    "sign_in",
    "sign_up",
    "sitting_of",
    "submit",
    "submit_form",
    "subscribe",
    "thread",
    "to_reset",
    "to_verify",
    "try_again",
    "types_asking_for",
    "unblock",
    "unread",
    "update_qualification_type",
    "verify",
]
