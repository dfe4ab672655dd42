"""Which tests share a process, and which begin first, when there are several.

What costs most to start is started once: a folder of WHOLE runs in one process, so
that its servers, or its browser, are there once and its tests never compete with each
other. All other files are dealt out one by one. The longest begin first; the short
ones at the end let all processes finish together.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

WHOLE = ("tests/browser/", "tests/resilience/", "tests/servers/", "tests/recruiters/")
FIRST = (*WHOLE, "tests/generation/", "tests/stimuli/", "tests/ingest/")


def group_of(nodeid: str) -> str:
    """Return the folder or file whose tests run in one process with this one."""
    for folder in WHOLE:
        if nodeid.startswith(folder):
            return folder
    return nodeid.partition("::")[0]


def turn_of(nodeid: str) -> int:
    """Return when a test begins: lower numbers first."""
    for turn, folder in enumerate(FIRST):
        if nodeid.startswith(folder):
            return turn
    return len(FIRST)


class ByGroup(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """Deals whole groups out to the processes of `pytest -n`, in our order.

    The marks of pytest-xdist 3.8 do nothing with pytest 9.2: it writes them into each
    test's name, which cannot be changed any more.
    """

    def __init__(self, config: pytest.Config, log: Any) -> None:
        # else the groups of most tests would begin first
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByGroup | None:
    """Answer pytest-xdist, which asks who deals the tests out."""
    asked = config.getoption("dist")
    return ByGroup(config, log) if asked in {"load", "loadgroup"} else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Put the longest first, in a process that is one of several."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: turn_of(item.nodeid))
