"""The requester's operations, one small module for each thing they are about."""

from marketplace.operations import (  # noqa: F401 - importing a module offers its operations
    account,
    assignments,
    blocks,
    bonuses,
    hits,
    listing,
    messages,
    notifications,
    publishing,
    qualification_requests,
    qualification_types,
    qualifications,
    uploads,
)
from marketplace.operations.registry import Call, Operation, find, offered

__all__ = ["Call", "Operation", "find", "offered"]
