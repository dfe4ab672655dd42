"""The one lock of the marketplace: who changes a HIT's places holds its row."""

from marketplace.models import HIT


def lock_hit(pk: int) -> HIT:
    """The HIT, fresh, locked until the transaction ends; every change starts here."""
    return (
        HIT.objects.select_for_update(of=("self",))
        .select_related("hit_type", "requester")
        .get(pk=pk)
    )
