"""With skip_bad the rest is stored and what is left out is listed, row by row."""

from pathlib import Path

import pytest

from studies.errors import FaultsError
from studies.services.ingest import ingest
from tests.generation.makers import sound
from tests.ingest.conftest import GOOD, listed
from tests.ingest.world import rows_stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked_at_once")]


def test_a_bad_row_is_left_out_and_named(folder: Path) -> None:
    sound(folder / "hush.wav", "anullsrc=r=16000", seconds=0.8)
    result = ingest(
        listed(folder, [*GOOD, "one,Dog,flow,hush.wav", "two,Drum,flow,z.wav"]),
        slug="pets",
        skip_bad=True,
    )
    assert result.stored == 5
    assert len(result.left_out) == 1
    assert result.left_out[0].startswith("row 6, hush.wav: silent audio")
    assert any("one: no sound by flow" in line for line in result.warnings)


def test_a_clip_whose_real_sound_is_bad_is_left_out_whole(folder: Path) -> None:
    (folder / "b.mp4").write_bytes(b"nothing of a video")
    result = ingest(listed(folder, GOOD), slug="pets", skip_bad=True)
    assert list(result.study.clips.values_list("key", flat=True)) == ["one"]
    assert list(result.study.categories.values_list("name", flat=True)) == ["Dog"]
    assert [line.split(":")[0] for line in result.left_out] == [
        "row 4, b.mp4",
        "row 5, y.wav",
    ]
    assert "left out with its clip two" in result.left_out[1]


def test_a_missing_real_file_takes_its_clip_along(folder: Path) -> None:
    (folder / "b.mp4").unlink()
    result = ingest(listed(folder, GOOD), slug="pets", skip_bad=True)
    assert result.stored == 2
    assert [line.split(",")[0] for line in result.left_out] == ["row 4", "row 5"]


def test_rows_that_contradict_the_stored_are_left_out(folder: Path) -> None:
    ingest(listed(folder, GOOD), slug="pets")
    (folder / "x.wav").write_bytes((folder / "z.wav").read_bytes())
    rows = [*GOOD, "two,Drum,flow,z.wav"]
    result = ingest(listed(folder, rows), slug="pets", skip_bad=True)
    assert (result.stored, result.known) == (1, 3)
    assert [line.split(",")[0] for line in result.left_out] == ["row 3"]


def test_nothing_left_is_a_fault(folder: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        (folder / name).unlink()
    with pytest.raises(FaultsError, match="nothing was stored"):
        ingest(listed(folder, GOOD), slug="pets", skip_bad=True)
    assert rows_stored() == 0
