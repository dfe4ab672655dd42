"""A manifest on the server: administrators only, and only where allowed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from studies.models import Study, Upload
from tests.admin import parcel

ADD = "/admin/studies/study/add/"


def lay_down(folder: Path) -> Path:
    for name, data in parcel.files(categories=1, clips=1).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "manifest.csv"


@pytest.mark.django_db(transaction=True)
def test_a_manifest_on_the_server_becomes_a_draft_and_stays_there(
    ada: Client, tmp_path: Path
) -> None:
    manifest = lay_down(tmp_path / "in")
    ada.post(ADD, {"slug": "here", "path": str(manifest)}, follow=True)
    assert Study.objects.get(slug="here").stimuli.count() == 3
    assert manifest.exists()


def test_staff_who_are_no_administrators_have_no_such_field(
    staff: Callable[..., Client],
) -> None:
    bob = staff("add_study", "view_study")
    page = bob.get(ADD).content.decode()
    assert "on the server" not in page
    bob.post(ADD, {"slug": "here", "path": "/etc/passwd.csv"})
    assert not Upload.objects.exists()


def test_a_path_outside_the_allowed_folders_is_refused(
    ada: Client, settings: Settings, tmp_path: Path
) -> None:
    manifest = lay_down(tmp_path / "in")
    settings.INGEST_ROOTS = [tmp_path / "other"]
    winding = tmp_path / "other" / ".." / "in" / manifest.name
    page = ada.post(ADD, {"slug": "here", "path": str(winding)}).content.decode()
    assert "outside the folders allowed" in page


def test_a_file_that_is_no_manifest_is_refused(ada: Client) -> None:
    page = ada.post(ADD, {"slug": "here", "path": "/etc/passwd"}).content.decode()
    assert "is no manifest" in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/x/nothing.csv", "/x/nothing.csv: there is no such file on this server"),
        (f"/{'n' * 300}.csv", "there is no such file on this server"),
        ("~nobody of that name/m.csv", "cannot be looked up"),
    ],
)
def test_a_path_that_leads_nowhere_is_told_as_such(
    ada: Client, path: str, said: str
) -> None:
    page = ada.post(ADD, {"slug": "here", "path": path}).content.decode()
    assert said in page
    assert "is no manifest" not in page
    assert not Upload.objects.exists()
