"""The marketplace's tables."""

from marketplace.models.accounts import Requester, Worker
from marketplace.models.ledger import Account, LedgerEntry
from marketplace.models.work import HIT, Assignment, HITType, RequestToken

__all__ = [
    "HIT",
    "Account",
    "Assignment",
    "HITType",
    "LedgerEntry",
    "RequestToken",
    "Requester",
    "Worker",
]
