"""Files that were made to break what reads them."""

import io
import random
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from studies.errors import StudyError
from studies.services.unpack import Limits, unpack
from studies.services.uploads import stage
from tests.worlds import built_study

WAYS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


def packed(way: int) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", way) as archive:
        archive.writestr("\u00e9/manifest.csv", b"clip,category,system,path\n" * 50)
    return sink.getvalue()


@pytest.mark.parametrize("way", WAYS)
def test_an_archive_with_flipped_bits_is_read_or_refused(
    tmp_path: Path, way: int
) -> None:
    rng = random.Random(way)
    whole = packed(way)
    refused = 0
    for number in range(150):
        spoilt = bytearray(whole)
        for _ in range(rng.choice([1, 1, 2, 5])):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        into = tmp_path / str(number)
        into.mkdir()
        path = tmp_path / "a.zip"
        path.write_bytes(spoilt)
        try:
            unpack(path, into, Limits(files=10, total_bytes=100_000))
        except StudyError:
            refused += 1
    assert refused > 50


@pytest.mark.django_db
def test_a_name_too_long_for_a_disk_is_refused() -> None:
    # Django cuts at 255 characters, file systems at 255 bytes
    file = SimpleUploadedFile("\u00e9" * 250 + ".csv", b"clip")
    with pytest.raises(StudyError, match="Rename it"):
        stage([file], slug="a", title="", by=None)


@pytest.mark.parametrize("asked", ["\u00b2", "9" * 40, "\u0663", "-1", "x"])
def test_no_category_has_an_odd_number(admin_client: Client, asked: str) -> None:
    study = built_study()
    path = f"/admin/studies/study/{study.pk}/preview/?category={asked}&system={asked}"
    assert admin_client.get(path).status_code == 200
