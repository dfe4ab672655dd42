"""The one lock of the marketplace: who changes a HIT's places holds its row."""

from marketplace.models import HIT


def lock_hit(pk: int) -> HIT:
    """The HIT, fresh, locked until the transaction ends; every change starts here."""
    # the lock first, and the rest when it is held: of a row that was waited for,
    # PostgreSQL drops what a join found if the row has another type since
    HIT.objects.select_for_update().only("pk").get(pk=pk)
    return HIT.objects.select_related("hit_type", "requester").get(pk=pk)
