"""Warnings: nothing is wrong with the files, but something may be with the study."""

import shutil
from pathlib import Path

import pytest

from studies.models import Stimulus
from studies.services.ingest import ingest
from tests.generation.makers import sound
from tests.ingest.conftest import GOOD, HEAD, listed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked_at_once")]


def warned(folder: Path, *rows: str) -> tuple[str, ...]:
    return ingest(listed(folder, rows), slug="pets").warnings


def test_a_plain_study_warns_of_nothing(folder: Path) -> None:
    assert warned(folder, *GOOD) == ()


def test_what_a_manifests_notes_flag_is_told(folder: Path) -> None:
    manifest = folder / "manifest.csv"
    notes = ["", "temperature 1; flagged: white noise throughout: 0.9; flagged: loud"]
    rows = ["one,Dog,real,a.mp4", "one,Dog,seq,x.wav"]
    lines = [f"{row},{note}" for row, note in zip(rows, notes, strict=True)]
    manifest.write_text("\n".join([f"{HEAD},note", *lines]))
    result = ingest(manifest, slug="pets")
    assert result.warnings == (
        "row 3, x.wav: white noise throughout: 0.9",
        "row 3, x.wav: loud",
    )
    stored = Stimulus.objects.get(system__name="seq")
    assert stored.warnings == ["white noise throughout: 0.9", "loud"]


def test_the_real_sound_under_a_systems_name_is_told(folder: Path) -> None:
    shutil.copyfile(folder / "a.mp4", folder / "copy.mp4")
    told = warned(folder, *GOOD, "one,Dog,flow,copy.mp4", "two,Drum,flow,z.wav")
    assert told == (
        "row 6, copy.mp4: the very same file as one / real: is it the right one?",
    )


def test_one_file_for_two_clips_is_told(folder: Path) -> None:
    told = warned(folder, *GOOD[:3], "two,Drum,seq,x.wav")
    assert told == (
        "row 5, x.wav: the very same file as one / seq: is it the right one?",
    )


def test_a_file_that_is_stored_already_is_told_too(folder: Path) -> None:
    ingest(listed(folder, GOOD), slug="pets")
    told = warned(folder, "new,Dog,real,a.mp4", "new,Dog,seq,z.wav")
    assert told == (
        "row 2, a.mp4: the very same file as one / real: is it the right one?",
    )


def test_a_sound_that_cuts_its_clip_is_told(folder: Path) -> None:
    sound(folder / "short.wav", seconds=0.4)
    told = warned(folder, *GOOD[:3], "two,Drum,seq,short.wav")
    assert told == (
        (
            "row 5, short.wav: its sound lasts 0.40 s, the clip 0.80 s: every arm of "
            "two is cut to the shortest"
        ),
    )


def test_a_system_that_lacks_clips_is_told(folder: Path) -> None:
    told = warned(folder, *GOOD, "one,Dog,flow,z.wav")
    assert told == (
        "two: no sound by flow; systems are then compared over different clips",
    )


def test_many_gaps_are_counted(folder: Path) -> None:
    rows = [f"c{n},Dog,real,a.mp4" for n in range(12)]
    told = [line for line in warned(folder, *rows, *GOOD) if "no sound by" in line]
    assert len(told) == 10
    assert (
        "and 2 clips more" in ingest(listed(folder, [*rows, *GOOD]), slug="b").warnings
    )


def test_a_demos_note_marks_the_study(folder: Path) -> None:
    path = folder / "m.csv"
    head = "clip,category,system,path,note"
    path.write_text(f"{head}\none,Dog,real,a.mp4,Demo: made by formulas\n")
    assert ingest(path, slug="pets").study.is_demo
