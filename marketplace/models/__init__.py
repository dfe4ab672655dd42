"""The marketplace's tables."""

from marketplace.models.accounts import Requester, Worker
from marketplace.models.ledger import Account, LedgerEntry
from marketplace.models.relations import Bonus, WorkerBlock
from marketplace.models.work import HIT, Assignment, HITType, RequestToken

__all__ = [
    "HIT",
    "Account",
    "Assignment",
    "Bonus",
    "HITType",
    "LedgerEntry",
    "RequestToken",
    "Requester",
    "Worker",
    "WorkerBlock",
]
