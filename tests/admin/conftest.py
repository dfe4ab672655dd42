"""A researcher at the desk, and a recruiter that spends nothing."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from studies.services import recruiting
from tests.fakes import FakeRecruiter
from tests.looking import looked_at_once as looked_at_once


@pytest.fixture
def recruiter(monkeypatch: pytest.MonkeyPatch) -> FakeRecruiter:
    """The only recruiter there is."""
    fake = FakeRecruiter()
    monkeypatch.setattr(recruiting, "RECRUITERS", {"mturk": lambda: fake})
    return fake


@pytest.fixture
def ada(db: None) -> Client:
    """The administrator, signed in."""
    client = Client()
    client.force_login(User.objects.create_superuser("ada", password="x"))
    return client


@pytest.fixture
def staff(db: None) -> Callable[..., Client]:
    """Make somebody of the staff who may do only what is named."""

    def make(*permissions: str) -> Client:
        user = User.objects.create_user("bob", password="x", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client = Client()
        client.force_login(user)
        return client

    return make
