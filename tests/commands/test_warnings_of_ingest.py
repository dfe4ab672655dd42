"""Of warnings that differ in rows, files and figures alone a few are printed."""

import io
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.generation.makers import sound, video

pytestmark = pytest.mark.django_db


def test_of_many_alike_the_first_stand_and_their_number(tmp_path: Path) -> None:
    video(tmp_path / "real.mp4", "-af", "volume=-9dB", "-c:a", "aac", seconds=0.5)
    rows = ["one,Dog,real,real.mp4,"]
    for number in range(6):
        name = f"s{number}.wav"
        sound(tmp_path / name, f"sine=f={500 + number}:r=16000", seconds=0.5)
        note = f"flagged: white noise throughout: flatness 0.9{number}"
        rows.append(f"one,Dog,s{number},{name},{note}")
    rows[3] += "; flagged: off zero by +0.020 on the whole"
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("\n".join(["clip,category,system,path,note", *rows]))
    out, told = io.StringIO(), io.StringIO()
    call_command("ingest", manifest, "--study", "pets", stdout=out, stderr=told)
    lines = told.getvalue().splitlines()
    noisy = [line for line in lines if "white noise throughout" in line]
    assert [line[:22] for line in noisy] == [
        f"warning: row {row}, s{row - 3}.wav" for row in (3, 4, 5)
    ]
    assert (
        sum("and 3 more like this; Clips in the admin" in line for line in lines) == 1
    )
    assert sum("off zero by +0.020" in line for line in lines) == 1
    assert "7 warnings" in out.getvalue()
