"""Faults and a moved clock by settings: on a machine of tests alone."""

from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from marketplace import conf
from marketplace.clock import CLOCK
from marketplace.faults.inject import start
from marketplace.faults.plan import PlanError, read_plan


def start_from_settings() -> None:
    """Do what MARKETPLACE_FAULTS and MARKETPLACE_CLOCK_FILE say; by default nothing.

    Raises ImproperlyConfigured, which stops the start of every process, where they
    can't be read or the marketplace may be reached from other machines.
    """
    faults = str(getattr(settings, "MARKETPLACE_FAULTS", ""))
    clock_file = str(getattr(settings, "MARKETPLACE_CLOCK_FILE", ""))
    for name, value in (
        ("MARKETPLACE_FAULTS", faults),
        ("MARKETPLACE_CLOCK_FILE", clock_file),
    ):
        if value:
            _check_stays_home(name)
    if clock_file:
        CLOCK.follow(Path(clock_file))
    if faults:
        try:
            start(read_plan(faults))
        except PlanError as error:
            raise ImproperlyConfigured(f"MARKETPLACE_FAULTS: {error}") from error


def _check_stays_home(name: str) -> None:
    abroad = conf.hosts_abroad()
    if abroad and not settings.DEBUG:
        raise ImproperlyConfigured(
            f"{name} is for tests: it makes the marketplace fail on purpose. Unset it;"
            f" this one answers to {', '.join(abroad)}, not to this machine alone."
        )
