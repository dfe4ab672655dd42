"""A browser drops the folders of picked files; rows find theirs by their names."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from studies.models import Study, Upload
from studies.services.picked import lay_out
from tests.admin import parcel

pytestmark = pytest.mark.usefixtures("looked_at_once")

ADD = "/admin/studies/study/add/"


def pick(client: Client, content: Mapping[str, bytes]) -> str:
    """Post files as a file picker does, which keeps only the last part of a path."""
    files = [
        SimpleUploadedFile(Path(name).name, data) for name, data in content.items()
    ]
    form = {"slug": "foley", "media_files": files}
    return client.post(ADD, form, follow=True).content.decode()


def one_system() -> dict[str, bytes]:
    """The parcel's dog without flow: no two files of one name."""
    whole = parcel.files(categories=1, clips=1)
    lines = whole.pop("manifest.csv").splitlines(keepends=True)
    kept = {name: data for name, data in whole.items() if not name.startswith("flow")}
    rows = [line for line in lines if b"flow/" not in line]
    return {"manifest.csv": b"".join(rows), **kept}


@pytest.mark.django_db(transaction=True)
def test_a_manifest_with_folders_is_taken_in(ada: Client) -> None:
    page = pick(ada, one_system())
    assert "2 files stored" in page
    assert Study.objects.get(slug="foley").stimuli.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_rows_of_one_file_name_are_told_by_it(ada: Client) -> None:
    content = parcel.files(categories=1, clips=1)
    content.pop("flow/dog-0.wav")
    page = pick(ada, content)
    assert "dog-0.wav may be frame/dog-0.wav in row 3, flow/dog-0.wav in row 4" in page
    assert "Hand in one .zip" in page
    assert not Study.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_was_not_picked_is_told_with_a_way_out(ada: Client) -> None:
    content = one_system()
    content.pop("frame/dog-0.wav")
    page = pick(ada, content)
    assert "by its name a file of the manifest is not among them" in page
    assert "one .zip" in page


def test_two_picked_files_of_one_name_need_a_zip(ada: Client) -> None:
    page = pick(ada, parcel.files(categories=1, clips=1))
    assert "Two files are called dog-0.wav" in page
    assert "Hand in one .zip" in page
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_zip_without_a_file_is_told_of_no_browser(ada: Client) -> None:
    content = one_system()
    content.pop("frame/dog-0.wav")
    archive = SimpleUploadedFile("all.zip", parcel.zipped(content))
    form = {"slug": "foley", "media_files": archive}
    page = ada.post(ADD, form, follow=True).content.decode()
    assert "does not exist" in page
    assert "A browser hands over" not in page


@pytest.mark.parametrize(
    "path", ["../out.wav", "/etc/out.wav", "a/../../out.wav", "x\0/out.wav"]
)
def test_no_row_moves_a_file_out_of_its_folder(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "out.wav").write_bytes(b"x")
    rows = [("a", "dog", "real", path, "", "", "")]
    (folder / "manifest.csv").write_bytes(parcel.manifest(rows))
    lay_out(folder / "manifest.csv")
    assert sorted(p.name for p in tmp_path.rglob("*") if p.is_file()) == [
        "manifest.csv",
        "out.wav",
    ]
    assert (folder / "out.wav").is_file()


def test_read_again_it_says_the_same(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(b"x")
    rows = [
        ("a", "dog", "real", "real/a.wav", "", "", ""),
        ("b", "dog", "real", "real/b.wav", "", "", ""),
        ("b", "dog", "frame", "frame/b.wav", "", "", ""),
    ]
    manifest = tmp_path / "manifest.csv"
    manifest.write_bytes(parcel.manifest(rows))
    first = lay_out(manifest)
    assert "b.wav may be real/b.wav in row 3, frame/b.wav in row 4" in first
    assert (tmp_path / "real" / "a.wav").is_file()
    assert lay_out(manifest) == first
