"""Requesters: their keys and their funds."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from marketplace import clock, conf, ids, money
from marketplace.models import Account, Requester
from marketplace.sealing import SealBrokenError, seal, unseal
from marketplace.services import funds

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A requester's key pair, in clear: shown once, never stored so."""

    access_key_id: str
    secret_access_key: str


@dataclass(frozen=True, slots=True)
class Balances:
    """A requester's funds in cents: free ones, and those held for published HITs."""

    available_cents: int
    held_cents: int


@transaction.atomic
def ensure_requester(
    name: str, access_key_id: str, secret: str, balance: str
) -> Requester:
    """The requester of that access key, made when there is none.

    `balance`, in dollars, is the opening balance of a new requester; an existing one
    keeps its own, and gets the name and secret when they differ. Idempotent.
    """
    requester, created = Requester.objects.get_or_create(
        access_key_id=access_key_id,
        defaults={"name": name, "sealed_secret": seal(secret)},
    )
    if created:
        deposit(requester, balance)
    elif requester.name != name or _secret_differs(requester, secret):
        requester.name = name
        requester.sealed_secret = seal(secret)
        requester.save(update_fields=["name", "sealed_secret"])
    return requester


def ensure_local_requester() -> Requester | None:
    """The requester of MARKETPLACE_LOCAL_REQUESTER, or None when that is unset."""
    local = conf.local_requester()
    if local is None:
        return None
    return ensure_requester(
        local.name, local.access_key_id, local.secret_access_key, local.balance
    )


@transaction.atomic
def enrol(name: str, funds: str = "") -> AccessKey:
    """A new requester's key pair, with prepaid dollars when `funds` are given.

    Raises ValueError: no name, one too long or in use, or what is no such amount.
    """
    name = name.strip()
    if not 1 <= len(name) <= NAME_LENGTH:
        raise ValueError(f"a name has 1 to {NAME_LENGTH} characters")
    if Requester.objects.filter(name=name).exists():
        raise ValueError(f"there is a requester {name!r} already")
    requester = Requester.objects.create(name=name)
    if funds:
        deposit(requester, funds)
    return issue_key(requester)


def issue_key(requester: Requester) -> AccessKey:
    """Give the requester a new key pair; the old one ends here."""
    key = AccessKey(ids.access_key_id(), ids.secret_access_key())
    requester.access_key_id = key.access_key_id
    requester.sealed_secret = seal(key.secret_access_key)
    requester.save(update_fields=["access_key_id", "sealed_secret"])
    return key


def secret_of(requester: Requester) -> str:
    """The secret in clear; raises SealBrokenError when SECRET_KEY was changed."""
    return unseal(requester.sealed_secret)


def deposit(requester: Requester, amount: str, now: datetime | None = None) -> None:
    """Add prepaid dollars; raises ValueError for what is not such an amount."""
    funds.move(
        funds.account(Account.Kind.BANK),
        funds.account(Account.Kind.AVAILABLE, requester=requester),
        funds.Move(
            money.to_cents(amount),
            funds.Reason.DEPOSIT,
            requester.access_key_id,
            now or clock.now(),
        ),
    )


def balances(requester: Requester) -> Balances:
    """The requester's funds as they stand; settle first."""
    found = dict(
        Account.objects.filter(requester=requester).values_list("kind", "balance_cents")
    )
    return Balances(
        available_cents=found.get(Account.Kind.AVAILABLE, 0),
        held_cents=found.get(Account.Kind.HELD, 0),
    )


def _secret_differs(requester: Requester, secret: str) -> bool:
    try:
        return secret_of(requester) != secret
    except SealBrokenError:
        return True
