"""Faults on purpose, for tests: a marketplace that throttles, fails, is slow or lags.

Off unless the setting MARKETPLACE_FAULTS holds a plan (see `plan`), or a test's block
lends one in the same process. A marketplace that others than this machine may reach
does not start with such a setting.
"""

from marketplace.faults.inject import disturbed, injected, reading
from marketplace.faults.plan import Plan, PlanError, read_plan
from marketplace.faults.setting import start_from_settings

__all__ = [
    "Plan",
    "PlanError",
    "disturbed",
    "injected",
    "read_plan",
    "reading",
    "start_from_settings",
]
