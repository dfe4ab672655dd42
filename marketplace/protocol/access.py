"""Who calls: the requester whose key signed the request."""

from django.http import HttpRequest
from django.utils import timezone

from marketplace import conf
from marketplace.errors import SignatureError
from marketplace.models import Requester
from marketplace.protocol import signing
from marketplace.services import ensure_local_requester, secret_of


def authenticate(request: HttpRequest, body: bytes) -> Requester:
    """The requester of a call; raises SignatureError when it can't be known."""
    if _may_be_unsigned(request):
        return _named(request)
    received = signing.Received(
        path=request.path,
        query=request.META.get("QUERY_STRING", ""),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )
    # the wall's clock: what a test adds to the marketplace's must not age signatures
    key = signing.verify(received, secret_for=_secret_for, now=timezone.now())
    return Requester.objects.get(access_key_id=key)


def _secret_for(access_key_id: str) -> str | None:
    requester = _find(access_key_id)
    return secret_of(requester) if requester is not None else None


def _find(access_key_id: str) -> Requester | None:
    local = conf.local_requester()
    if local is not None and access_key_id == local.access_key_id:
        requester = ensure_local_requester()
        return requester if requester is not None and requester.is_active else None
    if not access_key_id.isprintable():
        return None
    return Requester.objects.filter(access_key_id=access_key_id, is_active=True).first()


def _may_be_unsigned(request: HttpRequest) -> bool:
    # behind a proxy everybody's address is the proxy's, which may be this machine
    forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    address = str(request.META.get("REMOTE_ADDR", ""))
    return conf.allow_unsigned() and not forwarded and conf.is_loopback(address)


def _named(request: HttpRequest) -> Requester:
    """The requester an unsigned call names, or the site's own when it names none."""
    header = request.headers.get("Authorization", "")
    local = conf.local_requester()
    if header:
        key = signing.read_credential(header).access_key_id
    else:
        key = local.access_key_id if local is not None else ""
    requester = _find(key)
    if requester is None:
        raise SignatureError(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
    return requester
