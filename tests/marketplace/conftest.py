"""Fixtures of the marketplace's tests."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from marketplace.clock import CLOCK
from marketplace.models import Requester
from tests.marketplace import shop


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.MARKETPLACE_OPEN_SIGNUP = True
    settings.MARKETPLACE_ALLOW_UNSIGNED = False


@pytest.fixture
def advance() -> Iterator[Callable[[timedelta], None]]:
    """Move the marketplace's clock forward."""
    with CLOCK.ahead() as move:
        yield move


@pytest.fixture
def lab(db: None) -> Requester:
    """A requester with 100 dollars."""
    return shop.requester()


@pytest.fixture
def api(live_server: Any) -> str:
    """The endpoint of a marketplace served over HTTP; the requester is shop's."""
    shop.requester()
    return f"{live_server.url}/marketplace/api/"
