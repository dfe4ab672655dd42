"""A study site finds a marketplace elsewhere by its settings and the usual AWS keys."""

from decimal import Decimal
from typing import Any

import pytest

from studies.services.recruiting import get_recruiter
from tests.recruiters.desks import spec
from tests.servers.alone import Alone

pytestmark = pytest.mark.django_db


def test_settings_lead_to_it(
    alone: Alone, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, secret = alone.key("A site elsewhere", "--deposit", "10.00")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    # as it is read from the environment: without a slash at its end
    settings.MTURK_ENDPOINT_URL = f"{alone.url}/api"
    settings.MTURK_WORKER_URL = alone.url
    # boto3 keeps the keys that its first client in a process has found
    monkeypatch.setattr("boto3.DEFAULT_SESSION", None)
    recruiter = get_recruiter("mturk")
    assert recruiter.balance() == Decimal("10.00")
    posting = recruiter.open(spec())
    assert posting.url.startswith(alone.url)
    assert recruiter.status(posting.external_id).open_places == 3
    # who answers there may be paid in earnest
    assert recruiter.spends_real_money
