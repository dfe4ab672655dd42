"""The marketplace's settings, each with its default."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings


@dataclass(frozen=True, slots=True)
class LocalRequester:
    """The requester account that the site itself uses here."""

    name: str
    access_key_id: str
    secret_access_key: str
    balance: str


def public_url() -> str:
    """Where workers reach the marketplace, without a final slash."""
    url: str = getattr(settings, "MARKETPLACE_URL", "http://127.0.0.1:8000/marketplace")
    return url.rstrip("/")


def allow_unsigned() -> bool:
    """Whether calls from this very machine pass without a signature."""
    return bool(getattr(settings, "MARKETPLACE_ALLOW_UNSIGNED", False))


def allow_http_loopback() -> bool:
    """Whether a question may live at http:// on this very machine."""
    default = settings.DEBUG or is_loopback(urlsplit(public_url()).hostname or "")
    return bool(getattr(settings, "MARKETPLACE_ALLOW_HTTP_LOOPBACK", default))


def open_signup() -> bool:
    """Whether anyone may open a worker's account."""
    return bool(getattr(settings, "MARKETPLACE_OPEN_SIGNUP", True))


def local_requester() -> LocalRequester | None:
    """The account of MARKETPLACE_LOCAL_REQUESTER, or None when it is not wanted."""
    given = getattr(settings, "MARKETPLACE_LOCAL_REQUESTER", None)
    if given is None:
        return None
    return LocalRequester(
        name=given.get("name", "This site's studies"),
        access_key_id=given["access_key_id"],
        secret_access_key=given["secret_access_key"],
        balance=given.get("balance", "10000.00"),
    )


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
