"""The marketplace's tables."""

from marketplace.models.accounts import Requester, Worker
from marketplace.models.entrance import Attempt, Invitation, Letter
from marketplace.models.ledger import Account, LedgerEntry
from marketplace.models.notices import (
    Notice,
    NoticeDocument,
    Subscription,
    Transport,
)
from marketplace.models.qualifications import (
    Qualification,
    QualificationRequest,
    QualificationType,
    Requirement,
    Sitting,
)
from marketplace.models.relations import Bonus, Message, WorkerBlock
from marketplace.models.work import HIT, Assignment, HITType, RequestToken

__all__ = [
    "HIT",
    "Account",
    "Assignment",
    "Attempt",
    "Bonus",
    "HITType",
    "Invitation",
    "LedgerEntry",
    "Letter",
    "Message",
    "Notice",
    "NoticeDocument",
    "Qualification",
    "QualificationRequest",
    "QualificationType",
    "RequestToken",
    "Requester",
    "Requirement",
    "Sitting",
    "Subscription",
    "Transport",
    "Worker",
    "WorkerBlock",
]
