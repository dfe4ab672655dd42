"""Files in through the form: a draft made, or every fault on one page."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as site
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from studies.errors import StudyError
from studies.models import Study, Upload
from studies.services import uploads
from studies.services.ingest import IngestResult
from tests.admin import parcel
from tests.worlds import NOW

pytestmark = pytest.mark.usefixtures("looked_at_once")

ADD = "/admin/studies/study/add/"


def hand_in(client: Client, content: dict[str, bytes], slug: str = "foley") -> str:
    """Post a .zip and follow to where it leads; returns the page."""
    archive = SimpleUploadedFile("all.zip", parcel.zipped(content), "application/zip")
    form = {"slug": slug, "title": "Foley", "media_files": archive}
    # what on_commit hands to the worker runs at once only outside a transaction
    response = client.post(ADD, form, follow=True)
    return response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_zip_becomes_a_draft_with_its_matrix_shown(ada: Client) -> None:
    page = hand_in(ada, parcel.files(clips=1))
    study = Study.objects.get(slug="foley")
    assert study.state == Study.State.DRAFT
    assert "6 files stored" in page
    assert not list((Path(site.DATA_DIR) / "uploads").iterdir())


@pytest.mark.django_db(transaction=True)
def test_all_faults_stand_on_one_page_and_nothing_is_stored(ada: Client) -> None:
    content = parcel.files(clips=1)
    content["real/dog-0.mp4"] = b"no video"
    content["flow/drum-0.wav"] = b""
    page = hand_in(ada, content)
    assert "dog-0.mp4" in page
    assert "drum-0.wav" in page
    # its clip dog-0 has no real sound: drum-0's two other sounds are left
    assert "Skip bad rows, store the rest (2 files)" in page
    assert str(site.DATA_DIR) not in page
    assert not Study.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_skipping_bad_rows_is_a_second_choice(ada: Client) -> None:
    content = parcel.files(clips=1)
    content["flow/drum-0.wav"] = b""
    hand_in(ada, content)
    upload = Upload.objects.get()
    page = reverse("admin:studies_upload", args=[upload.key])
    shown = ada.post(page, {"skip_bad": "1"}, follow=True).content.decode()
    assert Study.objects.get(slug="foley").stimuli.count() == 5
    assert "Left out" in shown


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("manifest.csv", b"clip,class,system,path\ndog,dog,real,real/dog-0.mp4\n"),
        # a clip without its real sound leaves nothing to compare
        ("real/dog-0.mp4", b"no video"),
    ],
)
def test_skipping_is_offered_only_where_something_is_left(
    ada: Client, name: str, data: bytes
) -> None:
    content = parcel.files(categories=1, clips=1)
    content[name] = data
    page = hand_in(ada, content)
    assert "What is wrong" in page
    assert "Skip bad rows" not in page
    assert "Mend the files and upload them again; where they are not to blame" in page


@pytest.mark.django_db(transaction=True)
def test_what_failed_for_want_of_room_can_be_tried_again(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StudyError("media: no room left on this disk")

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "ingest", full)
        page = hand_in(ada, parcel.files(clips=1))
    assert "no room left on this disk" in page
    assert "Try again" in page
    upload = Upload.objects.get()
    ada.post(reverse("admin:studies_upload", args=[upload.key]))
    upload.refresh_from_db()
    assert upload.state == Upload.State.DONE


@pytest.mark.django_db(transaction=True)
def test_discarding_removes_the_files(ada: Client) -> None:
    content = parcel.files(clips=1)
    content["flow/drum-0.wav"] = b""
    hand_in(ada, content)
    upload = Upload.objects.get()
    assert Path(upload.folder).is_dir()
    ada.post(reverse("admin:studies_upload", args=[upload.key]), {"discard": "1"})
    assert not Path(upload.folder).exists()
    assert not Upload.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_files_picked_together_need_no_zip(ada: Client) -> None:
    rows = [("dog", "dog", "real", "dog.mp4", "", "", "")]
    content = {
        "manifest.csv": parcel.manifest(rows),
        "dog.mp4": parcel.files(clips=1)["real/dog-0.mp4"],
    }
    files = [SimpleUploadedFile(name, data) for name, data in content.items()]
    ada.post(ADD, {"slug": "one", "media_files": files}, follow=True)
    assert Study.objects.get(slug="one").clips.count() == 1


def test_no_manifest_among_the_files_is_said_at_the_form(ada: Client) -> None:
    form = {"slug": "x", "media_files": SimpleUploadedFile("a.mp4", b"x")}
    page = ada.post(ADD, form).content.decode()
    assert "There is no manifest among these files" in page
    assert not Upload.objects.exists()


def test_more_than_the_limit_is_refused(ada: Client, settings: Settings) -> None:
    settings.MAX_UPLOAD_MB = 1
    big = SimpleUploadedFile("a.zip", b"x" * (1024 * 1024 + 1))
    page = ada.post(ADD, {"slug": "x", "media_files": big}).content.decode()
    assert "MAX_UPLOAD_MB" in page


def test_a_live_study_takes_no_more_files(ada: Client) -> None:
    Study.objects.create(slug="live", title="Live", state=Study.State.LIVE)
    form = {"slug": "live", "media_files": SimpleUploadedFile("a.zip", b"x")}
    assert "takes no more files" in ada.post(ADD, form).content.decode()


def test_two_manifests_of_one_rank_are_a_fault(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).touch()
    with pytest.raises(StudyError, match=r"a\.csv, b\.csv"):
        uploads.find_manifest(tmp_path)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "manifest.jsonl").touch()
    assert uploads.find_manifest(tmp_path).name == "manifest.jsonl"


def test_an_upload_is_read_by_one_reader_only(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    study = Study.objects.create(slug="s", title="S")
    upload = Upload.objects.create(slug="s", manifest="/m.csv")

    def ingest(*_args: object, **_named: object) -> IngestResult:
        reads.append("read")
        uploads.read(upload, now=NOW)
        return IngestResult(study, 1, 0, (), ())

    monkeypatch.setattr(uploads, "ingest", ingest)
    uploads.read(upload, now=NOW)
    uploads.read(upload, now=NOW)
    assert reads == ["read"]


def test_what_a_dead_reader_left_is_read_in_the_background(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study.objects.create(slug="s", title="S")
    monkeypatch.setattr(
        uploads, "ingest", lambda *_, **__: IngestResult(study, 1, 0, (), ())
    )
    dead = Upload.objects.create(slug="s", manifest="/m.csv", state="reading")
    lost = Upload.objects.create(slug="s", manifest="/n.csv")
    now = lost.created_at
    Upload.objects.filter(pk=dead.pk).update(seen_at=now)
    assert uploads.read_left_behind(now) == 0
    assert uploads.read_left_behind(now + timedelta(minutes=6)) == 2
    assert set(Upload.objects.values_list("state", flat=True)) == {"done"}


def test_the_finding_of_the_first_reader_stands(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study.objects.create(slug="s", title="S")
    upload = Upload.objects.create(slug="s", manifest="/m.csv")

    def overtaken(*_args: object, **_named: object) -> IngestResult:
        Upload.objects.update(state=Upload.State.DONE, study=study)
        raise StudyError("the files are gone")

    monkeypatch.setattr(uploads, "ingest", overtaken)
    assert uploads.read(upload, now=NOW).state == Upload.State.DONE
