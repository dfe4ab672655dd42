"""Secrets at rest: encrypted and authenticated with keys derived from SECRET_KEY.

A requester's secret key must be readable by the server, since signatures are
recomputed with it; so it can't be hashed like a password. The cipher is HMAC-SHA256
in counter mode under a random nonce, encrypt-then-MAC: the standard library has no
AES, and HMAC is a sound pseudo-random function.
"""

import base64
import binascii
import hmac
import secrets
from hashlib import sha256

from django.conf import settings
from django.utils.encoding import force_bytes

_NONCE = 16
_TAG = 32


class SealBrokenError(Exception):
    """A sealed text can't be opened with any key this site has."""


def seal(text: str) -> str:
    """Encrypt `text` for storage; no two seals of one text are equal."""
    nonce = secrets.token_bytes(_NONCE)
    cipher = _mask(text.encode(), key=_key("encrypt", settings.SECRET_KEY), nonce=nonce)
    tag = _tag(nonce + cipher, secret=settings.SECRET_KEY)
    return base64.urlsafe_b64encode(nonce + cipher + tag).decode()


def unseal(sealed: str) -> str:
    """Read what `seal` wrote, also under SECRET_KEY_FALLBACKS.

    Raises SealBrokenError when it was changed, or sealed under another SECRET_KEY.
    """
    try:
        raw = base64.urlsafe_b64decode(sealed.encode())
    except (binascii.Error, ValueError):
        raw = b""
    body, tag = raw[:-_TAG], raw[-_TAG:]
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(_tag(body, secret=secret), tag):
            nonce, cipher = body[:_NONCE], body[_NONCE:]
            return _mask(cipher, key=_key("encrypt", secret), nonce=nonce).decode()
    message = (
        "A stored secret can't be opened: SECRET_KEY is not the one it was stored"
        " under. Restore that key, or issue the requester a new access key."
    )
    raise SealBrokenError(message)


def _key(purpose: str, secret: str | bytes) -> bytes:
    label = f"marketplace.sealing.{purpose}".encode()
    return hmac.new(force_bytes(secret), label, sha256).digest()


def _tag(body: bytes, *, secret: str | bytes) -> bytes:
    return hmac.new(_key("authenticate", secret), body, sha256).digest()


def _mask(data: bytes, *, key: bytes, nonce: bytes) -> bytes:
    blocks = (
        hmac.new(key, nonce + block.to_bytes(8, "big"), sha256).digest()
        for block in range(-(-len(data) // 32))
    )
    return bytes(a ^ b for a, b in zip(data, b"".join(blocks), strict=False))
