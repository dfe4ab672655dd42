"""A site that really listens, for simulated raters."""

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer


@pytest.fixture
def site(
    transactional_db: None, live_server: LiveServer, settings: Settings
) -> LiveServer:
    """The whole site on a port of its own: pages as localhost, market as 127.0.0.1."""
    port = live_server.url.rpartition(":")[2]
    settings.SITE_URL = f"http://localhost:{port}"
    settings.MARKETPLACE_URL = f"http://127.0.0.1:{port}/marketplace"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    # signing up hashes a password per rater
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return live_server
