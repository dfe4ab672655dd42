"""Callers of the API."""

import pytest
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from rest_framework.test import APIClient


@pytest.fixture(autouse=True)
def _without_old_tries() -> None:
    cache.clear()


@pytest.fixture
def admin(db: None) -> APIClient:
    """Somebody of the staff who may see studies, signed in by a token."""
    ada = User.objects.create_user("ada", password="a long enough word", is_staff=True)
    ada.user_permissions.add(Permission.objects.get(codename="view_study"))
    client = APIClient()
    reply = client.post(
        "/api/token/",
        {"username": "ada", "password": "a long enough word"},
        format="json",
    )
    client.credentials(HTTP_AUTHORIZATION=f"Token {reply.json()['token']}")
    return client
