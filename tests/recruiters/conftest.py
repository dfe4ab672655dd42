"""The recruiters that must keep the contract, one after the other."""

from typing import Any

import pytest

from tests.recruiters.desks import ALL, Desk, FakeDesk, LinkDesk, MTurkDesk


@pytest.fixture(params=ALL)
def desk(request: pytest.FixtureRequest, settings: Any) -> Desk:
    # the real hasher takes a third of a second, by design
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MARKETPLACE_OPEN_SIGNUP = True
    if request.param == "mturk":
        return MTurkDesk(request.getfixturevalue("live_server").url)
    return FakeDesk() if request.param == "fake" else LinkDesk()
