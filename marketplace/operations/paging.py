"""Pages of a list, as MTurk's: the last page names a next one, which is empty."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
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
    before: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """One page of `rows` in the order they were made, after the records `before` them.

    A page begins after the last row of the one before, so what is added or taken
    meanwhile neither repeats nor skips a row. The token holds the operation and its
    parameters: it continues that list alone.
    """
    kind = _kind(call)
    token = call.parameters.get("NextToken")
    # places in the list: rows have their keys, what stands before them counts up to 0
    after = _read(token, kind) if token is not None else -len(before)
    size = call.parameters.get("MaxResults", DEFAULT_SIZE)
    placed = list(enumerate(before, start=1 - len(before)))
    shown = [(place, record) for place, record in placed if place > after][:size]
    found = rows.filter(pk__gt=max(after, 0)).order_by("pk")[: size - len(shown)]
    shown += [(row.pk, write(row)) for row in found]
    output: dict[str, Any] = {
        "NumResults": len(shown),
        name: [record for _, record in shown],
    }
    if shown:
        output["NextToken"] = _SIGNER.sign_object([kind, shown[-1][0]])
    return output


def _kind(call: Call) -> str:
    filters = sorted(
        f"{key}={value}"
        for key, value in call.parameters.items()
        if key not in {"NextToken", "MaxResults"}
    )
    said = f"{call.requester.pk}/{call.name}/{'&'.join(filters)}"
    # a token has room for 255 characters, and a query may be longer
    return sha256(said.encode()).hexdigest()[:32]


def _read(token: str, kind: str) -> int:
    try:
        of_kind, after = _SIGNER.unsign_object(token)
    except (signing.BadSignature, ValueError) as error:
        raise invalid("NextToken is not one this marketplace has given.") from error
    if of_kind != kind:
        raise invalid("NextToken belongs to another list.")
    return int(after)
