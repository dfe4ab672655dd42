"""The marketplace application."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class MarketplaceConfig(AppConfig):
    """An MTurk-compatible marketplace."""

    name = "marketplace"
    label = "marketplace"
    verbose_name = "Marketplace"

    def ready(self) -> None:
        """Open the site's own requester account as soon as there are tables."""
        post_migrate.connect(_open_local_account, sender=self)


def _open_local_account(**_: Any) -> None:
    from marketplace.services import (
        ensure_local_requester,
    )

    ensure_local_requester()
