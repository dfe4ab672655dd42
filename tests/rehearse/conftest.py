"""A site that really listens, for simulated raters."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from studies.management.local_site import local_site
from tests.commands.ports import free_port, use_port


@pytest.fixture
def site(transactional_db: None, settings: Settings) -> Iterator[None]:
    """The whole site on a port of its own: pages as localhost, market as 127.0.0.1."""
    use_port(settings, free_port())
    with local_site("mturk", tell=lambda _text: None):
        yield
