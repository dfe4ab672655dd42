"""Somebody of the staff who may not see studies, and passwords of odd shapes."""

import json

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from rest_framework.test import APIClient

from tests.admin.judged import judged_study

PATHS = ["", "judged/", "judged/progress/", "judged/votes/", "judged/report/"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", PATHS)
def test_staff_without_the_right_to_see_studies_are_told_nothing(path: str) -> None:
    judged_study(sessions=1)
    host = User.objects.create_user("host", is_staff=True)
    client = APIClient()
    client.force_authenticate(host)
    assert client.get(f"/api/studies/{path}").status_code == 403
    host.user_permissions.add(Permission.objects.get(codename="view_study"))
    client.force_authenticate(User.objects.get(username="host"))
    assert client.get(f"/api/studies/{path}").status_code == 200


def test_the_right_without_being_staff_is_not_enough() -> None:
    eve = User.objects.create_user("eve")
    eve.user_permissions.add(Permission.objects.get(codename="view_study"))
    client = APIClient()
    client.force_authenticate(eve)
    assert client.get("/api/studies/").status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        json.dumps({"username": "\ud800", "password": "x"}).encode(),
        json.dumps({"username": "x" * 100_000, "password": "y"}).encode(),
        json.dumps({"username": {"a": 1}, "password": [1]}).encode(),
        b"\xff",
        b"[]",
    ],
)
def test_no_token_is_given_for_odd_bodies(body: bytes) -> None:
    reply = Client().generic(
        "POST", "/api/token/", body, content_type="application/json"
    )
    assert reply.status_code == 400
