"""Ports for a site of the tests' own."""

import socket

from pytest_django import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def use_port(settings: Settings, port: int) -> None:
    settings.SITE_URL = f"http://localhost:{port}"
    settings.MARKETPLACE_URL = f"http://127.0.0.1:{port}/marketplace"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
