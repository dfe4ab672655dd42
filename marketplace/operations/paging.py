"""Pages of a list, as MTurk's: the last page names a next one, which is empty."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, QuerySet

from marketplace.errors import invalid
from marketplace.operations.registry import Call

DEFAULT_SIZE = 10
_SIGNER = signing.Signer(salt="marketplace.page")

Row = TypeVar("Row", bound=Model)


def page(
    call: Call,
    rows: QuerySet[Row],
    *,
    name: str,
    write: Callable[[Row], Mapping[str, Any]],
) -> dict[str, Any]:
    """One page of `rows` in the order they were made.

    A page begins after the last row of the one before, so what is added or taken
    meanwhile neither repeats nor skips a row. The token holds the list's `name` and
    its parameters: it continues that list alone.
    """
    kind = _kind(call, name)
    token = call.parameters.get("NextToken")
    after = _read(token, kind) if token is not None else 0
    size = call.parameters.get("MaxResults", DEFAULT_SIZE)
    found = list(rows.filter(pk__gt=after).order_by("pk")[:size])
    output: dict[str, Any] = {"NumResults": len(found), name: [write(r) for r in found]}
    if found:
        output["NextToken"] = _SIGNER.sign_object([kind, found[-1].pk])
    return output


def _kind(call: Call, name: str) -> str:
    filters = sorted(
        f"{key}={value}"
        for key, value in call.parameters.items()
        if key not in {"NextToken", "MaxResults"}
    )
    return f"{call.requester.pk}/{name}/{'&'.join(filters)}"


def _read(token: str, kind: str) -> int:
    try:
        of_kind, after = _SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise invalid("NextToken is not one this marketplace has given.") from error
    if of_kind != kind:
        raise invalid("NextToken belongs to another list.")
    return int(after)
