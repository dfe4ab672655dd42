"""The marketplace application."""

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models.signals import post_migrate

from marketplace import conf


class MarketplaceConfig(AppConfig):
    """An MTurk-compatible marketplace."""

    name = "marketplace"
    label = "marketplace"
    verbose_name = "Marketplace"

    def ready(self) -> None:
        """Check the settings; open the site's own account once there are tables.

        Raises ImproperlyConfigured for settings that contradict each other.
        """
        # it reads the tables' classes, which are there only now
        from marketplace.faults import start_from_settings

        if conf.verify_email() and not conf.sends_mail():
            raise ImproperlyConfigured(
                "MARKETPLACE_VERIFY_EMAIL is on, and EMAIL_URL does not say how to"
                " send mail: nobody could verify an address"
            )
        if conf.allow_unsigned() and conf.hosts_abroad() and not settings.DEBUG:
            raise ImproperlyConfigured(
                "MARKETPLACE_ALLOW_UNSIGNED is for development: behind a proxy"
                " everybody would seem to call from this machine, as any requester."
                f" Unset it; this one answers to {', '.join(conf.hosts_abroad())}"
            )
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
