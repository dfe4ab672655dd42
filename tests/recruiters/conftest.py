"""The recruiters that must keep the contract, one after the other."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.recruiters.alone_desk import SETTINGS, AloneDesk, keys_of
from tests.recruiters.desks import (
    ALL,
    Desk,
    FakeDesk,
    LinkDesk,
    MTurkDesk,
    ProlificDesk,
)
from tests.recruiters.prolific_server import Prolific, served
from tests.servers.alone import Alone


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    """A marketplace in a process and a database of its own."""
    market = Alone(tmp_path_factory.mktemp("alone"), more=SETTINGS)
    with market.served():
        yield market


@pytest.fixture(scope="session")
def keys(alone: Alone) -> Iterator[tuple[str, str]]:
    """Keys for that marketplace, each of a requester of its own."""
    return keys_of(alone)


@pytest.fixture
def prolific() -> Iterator[Prolific]:
    """Our own Prolific, on a port of its own."""
    with served() as there:
        yield there


@pytest.fixture(params=ALL)
def desk(request: pytest.FixtureRequest, settings: Any) -> Desk:
    settings.MARKETPLACE_OPEN_SIGNUP = True
    if request.param == "mturk":
        return MTurkDesk(request.getfixturevalue("live_server").url)
    if request.param == "alone":
        # one token buys one HIT of a requester: each test is another requester
        keys = request.getfixturevalue("keys")
        return AloneDesk(request.getfixturevalue("alone"), *next(keys))
    if request.param == "prolific":
        return ProlificDesk(request.getfixturevalue("prolific"))
    return FakeDesk() if request.param == "fake" else LinkDesk()
