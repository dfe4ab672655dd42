"""Who calls: the requester whose key signed the request."""

from django.http import HttpRequest
from django.utils import timezone

from marketplace import conf
from marketplace.errors import SignatureError, ThrottledError, WorkerRefusalError
from marketplace.models import Requester
from marketplace.network import network_of
from marketplace.protocol import signing
from marketplace.services import ensure_local_requester, limits, secret_of

_GUESSES = ("InvalidSignatureException", "UnrecognizedClientException")
"""What a wrong key or secret gives."""


def authenticate(request: HttpRequest, body: bytes) -> Requester:
    """The requester of a call; raises SignatureError when it can't be known.

    ThrottledError from a network that has sent too many wrong signatures for the key:
    a right one is not looked at then, so that guessing tells nothing.
    """
    if _may_be_unsigned(request):
        return _named(request)
    subject = _guesser(request)
    try:
        limits.check(limits.KEYS, subject, timezone.now())
        return _signer(request, body)
    except WorkerRefusalError as refused:
        raise ThrottledError from refused
    except SignatureError as error:
        if error.kind in _GUESSES:
            _count(subject)
        raise


def _guesser(request: HttpRequest) -> str | None:
    """Who guesses at which key; None for this very machine, which is not limited."""
    network = network_of(request)
    header = request.headers.get("Authorization", "")
    if network is None or not header:
        return None
    try:
        key = signing.read_credential(header).access_key_id
    except SignatureError:
        return None
    return f"{network} {key}"


def _count(subject: str | None) -> None:
    try:
        limits.take(limits.KEYS, subject, timezone.now())
    except WorkerRefusalError as refused:
        raise ThrottledError from refused


def _signer(request: HttpRequest, body: bytes) -> Requester:
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
