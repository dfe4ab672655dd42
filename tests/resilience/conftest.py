"""Processes that are killed with -9, on sites of their own; run one by one."""

from pathlib import Path

import pytest

from tests.servers.fixtures import migrated as migrated
from tests.servers.fixtures import site as site
from tests.servers.fixtures import sqlite_site as sqlite_site

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("slow")
