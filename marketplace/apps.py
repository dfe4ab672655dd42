"""The marketplace application."""

from typing import Any

from django.apps import AppConfig
from django.db import connection
from django.db.models.signals import post_migrate


class MarketplaceConfig(AppConfig):
    """An MTurk-compatible marketplace."""

    name = "marketplace"
    label = "marketplace"
    verbose_name = "Marketplace"

    def ready(self) -> None:
        """Open the site's own account once there are tables; heed tests' settings."""
        # it reads the tables' classes, which are there only now
        from marketplace.faults import start_from_settings

        post_migrate.connect(_open_local_account, sender=self)
        start_from_settings()


def _open_local_account(**_: Any) -> None:
    # the tables' classes can be imported only when the apps are ready
    from marketplace.models import Requester
    from marketplace.services import ensure_local_requester

    # the signal also comes when other apps were migrated, or this one taken back
    table = Requester._meta.db_table  # noqa: SLF001 - documented by Django
    if table in connection.introspection.table_names():
        ensure_local_requester()
