"""Calls over the MTurk requester protocol, and the only user of boto3.

Amazon's own endpoint closed for good on 2026-09-30 (AWS API reference) and is refused
by name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError
from botocore.exceptions import EndpointConnectionError as NoConnectionError
from botocore.parsers import ResponseParserError

from studies.errors import RecruiterError

if TYPE_CHECKING:
    from mypy_boto3_mturk import MTurkClient


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the protocol is spoken; without keys the usual AWS names are used."""

    api_url: str
    worker_url: str
    access_key_id: str
    secret_access_key: str
    real_money: bool
    allow_amazon: bool = False


@lru_cache(maxsize=8)
def client(endpoint: Endpoint) -> "MTurkClient":
    """Return the client of an endpoint, made once."""
    host = urlsplit(endpoint.api_url).hostname or ""
    if host.endswith("amazonaws.com") and not endpoint.allow_amazon:
        raise RecruiterError(
            "Amazon Mechanical Turk closed on 2026-09-30; unset MTURK_ENDPOINT_URL to "
            "use the marketplace of this site, or set MTURK_ALLOW_AMAZON=true if "
            "your account is still served",
            permanent=True,
        )
    loopback = host in ("127.0.0.1", "localhost", "::1")
    keys: dict[str, Any] = {}
    if endpoint.access_key_id:
        keys = {
            "aws_access_key_id": endpoint.access_key_id,
            "aws_secret_access_key": endpoint.secret_access_key,
        }
    return boto3.client(
        "mturk",
        region_name="us-east-1",
        endpoint_url=endpoint.api_url,
        config=Config(
            retries={
                "mode": "adaptive",
                "total_max_attempts": 4 if loopback else 10,
            },
            connect_timeout=5,
            read_timeout=30,
        ),
        **keys,
    )


class Wire:
    """Makes calls at one endpoint; every fault becomes a RecruiterError."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint

    def pages(self, operation: str, **params: Any) -> Iterator[Any]:
        """Every page of a listing."""
        try:
            paginator = client(self._endpoint).get_paginator(operation)  # type: ignore[call-overload]
            yield from paginator.paginate(**params, PaginationConfig={"PageSize": 100})
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            raise self._translate(operation, error) from error

    def call(self, operation: str, **params: Any) -> Any:
        """Make one call and return its reply."""
        try:
            return getattr(client(self._endpoint), operation)(**params)
        except (ClientError, BotoCoreError, ResponseParserError) as error:
            raise self._translate(operation, error) from error

    def _translate(self, operation: str, error: Exception) -> RecruiterError:
        """Map the service's errors once: who may retry, what is uncertain."""
        if isinstance(error, ClientError):
            reply: Mapping[str, Any] = error.response
            code = str(reply.get("TurkErrorCode", "")).removeprefix(
                "AWS.MechanicalTurk."
            ) or str(reply["Error"].get("Code", ""))
            status = reply.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
            temporary = status >= 500 or code in ("ThrottlingException", "ServiceFault")
            message = str(reply["Error"].get("Message", error))
            return RecruiterError(
                f"{operation}: {message} [{code}]",
                permanent=not temporary,
                uncertain=status >= 500,
                code=code,
            )
        unreachable = isinstance(error, NoConnectionError | ConnectTimeoutError)
        hint = " Is the site running? Start it with script/serve." * (
            unreachable and not self._endpoint.real_money
        )
        return RecruiterError(
            f"{operation}: {error}{hint}",
            permanent=False,
            uncertain=not unreachable,
            code="unreachable" if unreachable else "",
        )
