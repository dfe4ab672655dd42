"""How notifications leave the house: e-mail, Amazon's queues and topics, webhooks."""

from marketplace.delivery.base import DeliveryError, Outgoing
from marketplace.delivery.routes import check_destination, send

__all__ = ["DeliveryError", "Outgoing", "check_destination", "send"]
