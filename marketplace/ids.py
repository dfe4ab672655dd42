"""Identifiers as MTurk's look: clients match on their shape."""

import secrets
import string

_ALPHABET = string.digits + string.ascii_uppercase
WORKER_ID_PATTERN = r"^A[A-Z0-9]{1,63}$"
COUNTRY_PATTERN = r"^[A-Z]{2}$"
SUBDIVISION_PATTERN = r"^[A-Z0-9]{2}$"
"""The part of an ISO 3166-2 code after the country's: CA in US-CA."""


def entity_id() -> str:
    """A HIT's, HIT type's or assignment's id: 30 characters, the first a 3.

    29 characters of 36 are 149 random bits, so an assignment's id may serve as the
    permission to submit it, as it does at MTurk.
    """
    return "3" + _random(29)


def worker_id() -> str:
    """A worker's id: an A and 13 characters, matching ``^A[A-Z0-9]+$``."""
    return "A" + _random(13)


def access_key_id() -> str:
    """A requester's access key id: 20 characters, as AWS's have."""
    return "MKPL" + _random(16)


def secret_access_key() -> str:
    """A requester's secret: 40 characters, 240 random bits."""
    return secrets.token_urlsafe(30)


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
