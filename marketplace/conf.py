"""The marketplace's settings, each with its default."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


@dataclass(frozen=True, slots=True)
class LocalRequester:
    """The requester account that the site itself uses here."""

    name: str
    access_key_id: str
    secret_access_key: str
    balance: str


@dataclass(frozen=True, slots=True)
class NotifyAws:
    """How the marketplace reaches requesters' queues and topics; "" is Amazon's."""

    access_key_id: str
    secret_access_key: str
    endpoint_url: str


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


def verify_email() -> bool:
    """Whether workers need an e-mail address that they have shown to be theirs."""
    return bool(getattr(settings, "MARKETPLACE_VERIFY_EMAIL", False))


def sends_mail() -> bool:
    """Whether this site can send mail at all."""
    return settings.EMAIL_BACKEND != NO_MAIL


def behind_proxy() -> bool:
    """Whether a proxy of ours stands in front and tells whom it speaks for."""
    return bool(getattr(settings, "BEHIND_TLS_PROXY", False))


def reuse_assignment_ids() -> bool:
    """Whether a returned assignment's id goes to the next worker, as at MTurk."""
    return bool(getattr(settings, "MARKETPLACE_REUSE_ASSIGNMENT_IDS", True))


def allow_loopback_webhooks() -> bool:
    """Whether notifications may go to servers on this very machine."""
    return bool(getattr(settings, "MARKETPLACE_ALLOW_LOOPBACK_WEBHOOKS", False))


def notify_aws() -> NotifyAws | None:
    """The keys for SQS and SNS, or None when there are none."""
    key = str(getattr(settings, "MARKETPLACE_NOTIFY_ACCESS_KEY_ID", ""))
    secret = str(getattr(settings, "MARKETPLACE_NOTIFY_SECRET_ACCESS_KEY", ""))
    url = str(getattr(settings, "MARKETPLACE_NOTIFY_ENDPOINT_URL", ""))
    return NotifyAws(key, secret, url.rstrip("/")) if key and secret else None


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


def hosts_abroad() -> list[str]:
    """The names of other machines, or for them, that this marketplace answers to."""
    hosts = {*settings.ALLOWED_HOSTS, urlsplit(public_url()).hostname or ""}
    return sorted(host for host in hosts if not is_loopback(host.strip("[]")))


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only be this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
