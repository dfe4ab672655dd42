"""A study with two clips of one second, and the fake in the sampler's place."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from studies.models import Study
from studies.services import generate
from tests.looking import looked_at_once as looked_at_once
from tests.studies.generate.booth import FakeSampler, FakeTrained, real_study


@pytest.fixture(autouse=True)
def _looked_at_once(looked_at_once: None) -> None:
    """The clips are the same in all tests, and the sounds that the fake makes."""


@pytest.fixture
def study(db: None, tmp_path: Path) -> Study:
    return real_study(tmp_path / "clips")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeSampler:
    """A run with one net for any category."""
    sampler = FakeSampler([FakeTrained(Path("/runs/r/best.net"), "a" * 64)])
    monkeypatch.setattr(generate, "sampler", lambda: sampler)
    return sampler


@pytest.fixture
def ada(db: None) -> Client:
    """The administrator, signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("ada", password="x"))
    return client
