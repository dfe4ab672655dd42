"""Clips that lie in a bucket: the page may fetch them from there and nowhere else."""

import pytest
from django.http import HttpResponse
from pytest_django import Settings

from studies.rating.headers import dress


def rule(response: HttpResponse, name: str) -> str:
    rules = dict(
        part.strip().split(" ", 1)
        for part in response["Content-Security-Policy"].split(";")
    )
    return rules[name]


def test_clips_on_disk_come_from_the_site_itself() -> None:
    response = dress(HttpResponse(), ["https://market.example"])
    assert rule(response, "connect-src") == "'self'"
    assert rule(response, "frame-ancestors") == "'self' https://market.example"


def test_clips_in_a_bucket_come_from_its_origin(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    settings.S3_BUCKET = "clips"
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "clips",
                "endpoint_url": "https://store.example:9000",
                "region_name": "us-east-1",
            },
        },
    }
    response = dress(HttpResponse(), [])
    assert rule(response, "connect-src") == "'self' https://store.example:9000"
