"""Idempotency tokens: a request made twice within 24 hours is done once."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from marketplace.models import Requester, RequestToken

LIFETIME = timedelta(hours=24)


def claim(
    requester: Requester,
    purpose: str,
    token: str | None,
    *,
    result_id: str,
    now: datetime,
) -> str | None:
    """Use a token for a result; None when it is new, else the result it was used for.

    No token is always new. Call it inside the transaction that makes the result, so
    that both are kept or neither.
    """
    if token is None:
        return None
    tokens = RequestToken.objects.filter(requester=requester, purpose=purpose)
    tokens.filter(created_at__lte=now - LIFETIME).delete()
    try:
        with transaction.atomic():
            RequestToken.objects.create(
                requester=requester,
                purpose=purpose,
                token=token,
                result_id=result_id,
                created_at=now,
            )
    except IntegrityError:
        return tokens.values_list("result_id", flat=True).get(token=token)
    return None
