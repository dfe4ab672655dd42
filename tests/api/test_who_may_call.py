"""Who may use the API, and what others are told."""

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from tests.worlds import built_study

PATHS = ["", "tiny/", "tiny/progress/", "tiny/votes/", "tiny/report/"]
pytestmark = pytest.mark.django_db


def sign_in(name: str, password: str) -> tuple[int, dict[str, object]]:
    sent = {"username": name, "password": password}
    reply = APIClient().post("/api/token/", sent, format="json")
    return reply.status_code, reply.json()


@pytest.mark.parametrize("path", PATHS)
def test_without_a_token_nothing_is_told(path: str) -> None:
    built_study()
    reply = APIClient().get(f"/api/studies/{path}")
    assert reply.status_code == 401
    assert "credentials" in reply.json()["detail"]


@pytest.mark.parametrize("path", PATHS)
def test_an_account_without_staff_rights_is_told_nothing(path: str) -> None:
    built_study()
    client = APIClient()
    client.force_authenticate(User.objects.create_user("eve", password="x"))
    assert client.get(f"/api/studies/{path}").status_code == 403


@pytest.mark.parametrize("path", PATHS)
def test_nothing_can_be_changed(path: str, admin: APIClient) -> None:
    built_study()
    for call in (admin.post, admin.put, admin.patch, admin.delete):
        assert call(f"/api/studies/{path}").status_code == 405


def test_a_token_is_given_to_staff_for_the_right_password() -> None:
    User.objects.create_user("ada", password="a long enough word", is_staff=True)
    status, said = sign_in("ada", "a long enough word")
    assert status == 200
    assert len(str(said["token"])) == 40
    assert sign_in("ada", "another word")[0] == 400


def test_no_token_is_given_to_others_than_staff() -> None:
    User.objects.create_user("eve", password="a long enough word")
    status, said = sign_in("eve", "a long enough word")
    assert status == 400
    assert "staff" in str(said)


def test_an_account_without_a_usable_password_gets_no_token() -> None:
    User.objects.create_user("root", is_staff=True)
    assert sign_in("root", "")[0] == 400


def test_passwords_can_be_tried_ten_times_a_minute_for_one_account() -> None:
    codes = [sign_in("ada", f"word {n}")[0] for n in range(11)]
    assert codes == [400] * 10 + [429]
    # somebody else is not kept out by it
    assert sign_in("grace", "word")[0] == 400


def test_what_is_no_object_is_refused_in_words() -> None:
    reply = APIClient().post("/api/token/", [1, 2], format="json")
    assert reply.status_code == 400
    assert reply["Content-Type"] == "application/json"


def test_the_site_names_itself_to_everybody_and_tells_nothing_else() -> None:
    said = APIClient().get("/api/identity/").json()
    assert list(said) == ["site"]
    assert len(said["site"]) == 32
