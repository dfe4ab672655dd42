"""Signed names of items, so that staff may look at one as a rater sees it."""

from datetime import timedelta

from django.core import signing

from studies.errors import RefusedError
from studies.models import Item

_SALT = "item-preview"
_LIFETIME = timedelta(hours=12)


def item_token(item: Item) -> str:
    """Name an item for the preview page, for twelve hours; it tells no truth."""
    return signing.dumps(item.pk, salt=_SALT)


def open_item_token(token: str) -> Item:
    """Return the item that `item_token` named.

    RefusedError("bad_token") for a forged name or an item that is gone,
    RefusedError("expired") for a name that is older than twelve hours.
    """
    try:
        pk = signing.loads(token, salt=_SALT, max_age=_LIFETIME)
    except signing.SignatureExpired as error:
        raise RefusedError(
            "expired", "This preview is over. Open it again from the study."
        ) from error
    except signing.BadSignature as error:
        raise RefusedError(
            "bad_token", "This is no preview of ours. Open it from the study."
        ) from error
    item = Item.objects.select_related("study", "clip").filter(pk=pk).first()
    if item is None:
        raise RefusedError("bad_token", "The item of this preview was removed.")
    return item
