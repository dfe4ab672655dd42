"""Who signed a call, and that nobody else can have."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from django.test import Client
from django.utils import timezone

from marketplace.errors import SignatureError
from marketplace.models import Requester
from marketplace.protocol import signing
from tests.marketplace import shop

TARGET = "MTurkRequesterServiceV20170117.GetAccountBalance"


def signed(
    *, body: bytes = b"{}", secret: str = shop.SECRET, url: str = "http://shop.example"
) -> signing.Received:
    """A request signed by botocore, which is the oracle here."""
    request = AWSRequest(
        "POST",
        f"{url}/marketplace/api/",
        headers={
            "X-Amz-Target": TARGET,
            "Content-Type": "application/x-amz-json-1.1",
        },
        data=body,
    )
    SigV4Auth(Credentials(shop.KEY, secret), signing.SERVICE, signing.REGION).add_auth(
        request
    )
    headers = {name.lower(): str(value) for name, value in request.headers.items()}
    headers["host"] = url.partition("://")[2]
    return signing.Received("/marketplace/api/", "", headers, body)


def verify(received: signing.Received, now: datetime | None = None) -> str:
    return signing.verify(
        received,
        secret_for={shop.KEY: shop.SECRET}.get,
        now=now or timezone.now(),
    )


def changed(received: signing.Received, **headers: str) -> signing.Received:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return signing.Received(
        received.path, received.query, {**received.headers, **given}, received.body
    )


def test_a_request_signed_by_botocore_is_the_keys_holders() -> None:
    assert verify(signed()) == shop.KEY


def test_a_wrong_secret_is_refused() -> None:
    with pytest.raises(SignatureError, match="does not match") as caught:
        verify(signed(secret="another"))
    assert caught.value.kind == "InvalidSignatureException"


@pytest.mark.parametrize(
    "forged",
    [
        lambda r: signing.Received(r.path, r.query, r.headers, b'{"a": 1}'),
        lambda r: signing.Received("/other/", r.query, r.headers, r.body),
        lambda r: signing.Received(r.path, "a=1", r.headers, r.body),
        lambda r: changed(r, host="evil.example"),
        lambda r: changed(r, x_amz_target=TARGET.replace("Get", "Set")),
    ],
    ids=["body", "path", "query", "host", "target"],
)
def test_what_was_changed_after_signing_is_refused(forged: Any) -> None:
    with pytest.raises(SignatureError, match="does not match"):
        verify(forged(signed()))


@pytest.mark.parametrize("minutes", [-15.1, 15.1])
def test_a_request_is_good_for_a_quarter_of_an_hour(minutes: float) -> None:
    request, now = signed(), timezone.now()
    assert verify(request, now + timedelta(minutes=minutes / 1.02)) == shop.KEY
    with pytest.raises(SignatureError, match="not within 15 minutes"):
        verify(request, now + timedelta(minutes=minutes))


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(SignatureError, match="security token") as caught:
        signing.verify(signed(), secret_for=lambda _: None, now=datetime.now(UTC))
    assert caught.value.kind == "UnrecognizedClientException"


def test_another_region_or_service_is_refused() -> None:
    request = signed()
    header = request.headers["authorization"]
    for wrong in ("eu-west-1/mturk-requester", "us-east-1/s3"):
        other = header.replace("us-east-1/mturk-requester", wrong)
        with pytest.raises(SignatureError, match="should be scoped"):
            verify(changed(request, authorization=other))


def test_the_target_must_be_signed() -> None:
    request = signed()
    header = request.headers["authorization"].replace(";x-amz-target", "")
    with pytest.raises(SignatureError, match="must be signed: x-amz-target"):
        verify(changed(request, authorization=header))


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("", "MissingAuthenticationTokenException"),
        ("Basic YTpi", "IncompleteSignatureException"),
        ("AWS4-HMAC-SHA256 Credential=A", "IncompleteSignatureException"),
    ],
)
def test_no_signature_at_all_is_refused(header: str, kind: str) -> None:
    with pytest.raises(SignatureError) as caught:
        verify(changed(signed(), authorization=header))
    assert caught.value.kind == kind


def test_boto3_with_a_wrong_secret_is_told_so(api: str) -> None:
    assert shop.mturk(api).get_account_balance()["AvailableBalance"] == "100.00"
    with pytest.raises(ClientError, match="InvalidSignatureException"):
        shop.mturk(api, secret="wrong").get_account_balance()
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        shop.mturk(api, key="NOBODY").get_account_balance()


def test_a_requester_switched_off_is_unknown(api: str) -> None:
    Requester.objects.filter(access_key_id=shop.KEY).update(is_active=False)
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        shop.mturk(api).get_account_balance()


def test_the_sites_own_requester_is_there_without_asking(
    live_server: Any, settings: Any
) -> None:
    local = settings.MARKETPLACE_LOCAL_REQUESTER
    client = shop.mturk(
        f"{live_server.url}/marketplace/api/",
        key=local["access_key_id"],
        secret=local["secret_access_key"],
    )
    assert client.get_account_balance()["AvailableBalance"] == "10000.00"


@pytest.mark.parametrize(
    ("allowed", "address", "forwarded", "status"),
    [
        (True, "127.0.0.1", {}, 200),
        (True, "::1", {}, 200),
        (False, "127.0.0.1", {}, 400),
        (True, "192.0.2.7", {}, 400),
        (True, "127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 400),
    ],
)
def test_unsigned_calls_pass_only_from_this_machine_and_by_setting(
    db: None,
    settings: Any,
    allowed: bool,
    address: str,
    forwarded: dict[str, str],
    status: int,
) -> None:
    settings.MARKETPLACE_ALLOW_UNSIGNED = allowed
    reply = Client(REMOTE_ADDR=address).post(
        "/marketplace/api/",
        "{}",
        content_type="application/x-amz-json-1.1",
        headers={"X-Amz-Target": TARGET, **forwarded},
    )
    assert reply.status_code == status
