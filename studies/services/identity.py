"""Which site answers: told apart from any other program on the same port."""

import hashlib
import hmac
import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection


def site_identity() -> str:
    """Return 32 hexadecimal digits: the same for one secret key and one database."""
    database = connection.settings_dict
    parts = [str(database.get(key, "")) for key in ("HOST", "PORT", "NAME")]
    text = "site identity:" + ":".join(parts)
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


def is_loopback(url: str) -> bool:
    """Say whether `url` names this very machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
