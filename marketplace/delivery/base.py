"""What is sent, and what can go wrong on the way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A notification document on its way.

    `text` is the JSON document; `account` the requester's 12 digits; `signing_key`
    signs what goes to a webhook.
    """

    transport: str
    destination: str
    document_id: UUID
    text: str
    account: str
    signing_key: bytes
    at: datetime


class DeliveryError(Exception):
    """A document that did not arrive, or may not have; the text is for people.

    `permanent` when no later try can go better.
    """

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
