"""Every test here starts real servers; one process runs them all, one by one."""

from pathlib import Path

import pytest

from tests.servers.fixtures import (
    migrated as migrated,
)
from tests.servers.fixtures import (
    postgres_database as postgres_database,
)
from tests.servers.fixtures import (
    postgres_site as postgres_site,
)
from tests.servers.fixtures import (
    postgres_url as postgres_url,
)
from tests.servers.fixtures import (
    site as site,
)
from tests.servers.fixtures import (
    sqlite_site as sqlite_site,
)

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("servers")
