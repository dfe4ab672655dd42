"""A small study on the real marketplace, over HTTP."""

from typing import Any

import pytest

from studies.services import recruiting
from studies.services.publish import launch
from tests.money.till import SMALL, Till, open_market
from tests.worlds import built_study


@pytest.fixture
def till(live_server: Any, monkeypatch: pytest.MonkeyPatch) -> Till:
    market = open_market(live_server.url)
    monkeypatch.setattr(recruiting, "RECRUITERS", {"mturk": lambda: market})
    return Till(launch(built_study(SMALL), "mturk"), market)
