"""Signature Version 4, recomputed from the requester's secret.

Follows AWS's "Signature Version 4 signing process"; the body's hash is always that of
the body that came, whatever a header says of it.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import quote

from marketplace.errors import SignatureError

ALGORITHM = "AWS4-HMAC-SHA256"
REGION = "us-east-1"
SERVICE = "mturk-requester"
WINDOW = timedelta(minutes=15)
_NEEDED = frozenset({"host", "x-amz-date", "x-amz-target"})
_SPACES = re.compile(" +")


@dataclass(frozen=True, slots=True)
class Received:
    """The parts of a request that its signature covers; header names in lower case."""

    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Credential:
    """What an Authorization header claims."""

    access_key_id: str
    scope: str
    signed_headers: tuple[str, ...]
    signature: str


def verify(
    received: Received, *, secret_for: Callable[[str], str | None], now: datetime
) -> str:
    """The access key id that signed the request.

    `secret_for` gives the secret of an access key id, None when there is no such.
    Raises SignatureError: missing, incomplete, unknown key, wrong, or more than 15
    minutes from `now`.
    """
    credential = read_credential(received.headers.get("authorization", ""))
    signed_at = _signed_at(received.headers.get("x-amz-date", ""))
    _check_scope(credential, signed_at)
    secret = secret_for(credential.access_key_id)
    if secret is None:
        raise SignatureError(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    expected = signature(received, credential, secret=secret)
    if not hmac.compare_digest(expected.encode(), credential.signature.encode()):
        raise SignatureError(
            "InvalidSignatureException",
            "The request signature we calculated does not match the signature you"
            " provided. Check your AWS Secret Access Key and signing method. Consult"
            " the service documentation for details.",
        )
    if abs(now - signed_at) > WINDOW:
        raise SignatureError(
            "InvalidSignatureException",
            f"Signature expired or not yet valid: {signed_at:%Y%m%dT%H%M%SZ} is not"
            f" within 15 minutes of {now:%Y%m%dT%H%M%SZ}.",
        )
    return credential.access_key_id


def read_credential(header: str) -> Credential:
    """Read an Authorization header; raises SignatureError for anything else."""
    if not header:
        raise SignatureError(
            "MissingAuthenticationTokenException", "Missing Authentication Token"
        )
    algorithm, _, rest = header.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    key, _, scope = parts.get("Credential", "").partition("/")
    signed = tuple(parts.get("SignedHeaders", "").split(";"))
    if algorithm != ALGORITHM or not (key and scope and parts.get("Signature")):
        raise SignatureError(
            "IncompleteSignatureException",
            f"The Authorization header must be {ALGORITHM} with Credential,"
            " SignedHeaders and Signature.",
        )
    if not _NEEDED.issubset(signed):
        missing = ", ".join(sorted(_NEEDED.difference(signed)))
        raise SignatureError(
            "InvalidSignatureException", f"These headers must be signed: {missing}."
        )
    return Credential(key, scope, signed, parts["Signature"])


def signature(received: Received, credential: Credential, *, secret: str) -> str:
    """The signature, in hex, that the holder of `secret` would give the request."""
    canonical = "\n".join(
        (
            "POST",
            quote(received.path, safe="/-_.~"),
            received.query,
            *(
                f"{name}:{_SPACES.sub(' ', received.headers.get(name, '').strip())}"
                for name in credential.signed_headers
            ),
            "",
            ";".join(credential.signed_headers),
            sha256(received.body).hexdigest(),
        )
    )
    to_sign = "\n".join(
        (
            ALGORITHM,
            received.headers.get("x-amz-date", ""),
            credential.scope,
            sha256(canonical.encode()).hexdigest(),
        )
    )
    key = f"AWS4{secret}".encode()
    for part in credential.scope.split("/"):
        key = hmac.new(key, part.encode(), sha256).digest()
    return hmac.new(key, to_sign.encode(), sha256).hexdigest()


def _signed_at(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise SignatureError(
            "IncompleteSignatureException",
            f"The X-Amz-Date header {text[:40]!r} is not a time such as"
            " 20260131T235959Z.",
        ) from error


def _check_scope(credential: Credential, signed_at: datetime) -> None:
    wanted = f"{signed_at:%Y%m%d}/{REGION}/{SERVICE}/aws4_request"
    if credential.scope != wanted:
        raise SignatureError(
            "InvalidSignatureException",
            f"Credential should be scoped to {wanted}, not {credential.scope[:100]}.",
        )
