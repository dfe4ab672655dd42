"""Good files are stored once, by their contents, under names of any script."""

import hashlib
import os
from pathlib import Path

import pytest

from studies.errors import FaultsError, StudyError, WrongStateError
from studies.models import Study
from studies.services.ingest import ingest
from tests.ingest.conftest import GOOD, listed
from tests.ingest.world import files_kept, rows_stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked_at_once")]


def test_sources_are_kept_by_their_contents_alone(folder: Path) -> None:
    result = ingest(listed(folder, GOOD), slug="pets", title="Pets")
    assert (result.stored, result.known, result.left_out) == (4, 0, ())
    hashes = {
        hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in ("a.mp4", "b.mp4", "x.wav", "y.wav")
    }
    assert {path.name for path in files_kept()} == hashes
    for path in files_kept():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
        assert path.parent.name == path.name[:2]
        assert path.stat().st_mode & 0o137 == 0
    row = result.study.stimuli.get(clip__key="one", system__name="seq")
    assert row.source_name == "x.wav"
    assert row.source_file.endswith(row.source_sha256)


def test_a_second_run_stores_nothing_twice(folder: Path) -> None:
    first = ingest(listed(folder, GOOD), slug="pets")
    Study.objects.update(state=Study.State.READY)
    count, files = rows_stored(), files_kept()
    second = ingest(listed(folder, GOOD), slug="pets")
    assert (second.study, second.stored, second.known) == (first.study, 0, 4)
    assert (rows_stored(), files_kept()) == (count, files)
    assert second.study.state == Study.State.READY


def test_a_kept_file_that_was_lost_is_kept_again(folder: Path) -> None:
    ingest(listed(folder, GOOD), slug="pets")
    lost = files_kept()[0]
    lost.unlink()
    ingest(listed(folder, GOOD), slug="pets")
    assert hashlib.sha256(lost.read_bytes()).hexdigest() == lost.name


def test_other_contents_of_a_stored_row_are_a_fault(folder: Path) -> None:
    ingest(listed(folder, GOOD), slug="pets")
    count, files = rows_stored(), files_kept()
    (folder / "x.wav").write_bytes((folder / "z.wav").read_bytes())
    with pytest.raises(FaultsError) as caught:
        ingest(listed(folder, GOOD), slug="pets")
    assert caught.value.faults == (
        (
            "row 3, x.wav: one / seq is stored already with other contents; use "
            "another study, or delete that clip first"
        ),
    )
    assert (rows_stored(), files_kept()) == (count, files)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["one,Drum,real,a.mp4", "one,Drum,flow,z.wav"], "stored already in category"),
        (["one,Dog,real,a.mp4", "one,Dog,SEQ,x.wav"], "'SEQ' is stored as 'seq'"),
        (["new,dog,real,a.mp4"], "category 'dog' is stored as 'Dog'"),
    ],
)
def test_what_contradicts_the_stored_clips_is_a_fault(
    rows: list[str], says: str, folder: Path
) -> None:
    ingest(listed(folder, GOOD), slug="pets")
    count = rows_stored()
    with pytest.raises(FaultsError, match=says):
        ingest(listed(folder, rows), slug="pets")
    assert rows_stored() == count


def test_names_of_any_script_are_stored_as_they_are(folder: Path) -> None:
    clip, category, system = "سگ", "犬 🐕", "Ünïversal (v2), Δ"
    (folder / "звук 1.wav").write_bytes((folder / "x.wav").read_bytes())
    manifest = listed(
        folder,
        [
            f"{clip},{category},real,a.mp4",
            f'{clip},{category},"{system}",звук 1.wav',
        ],
    )
    study = ingest(manifest, slug="pets", title="Études").study
    row = study.stimuli.get(system__name=system)
    assert (row.clip.key, row.clip.category.name) == (clip, category)
    assert row.source_name == "звук 1.wav"


def test_order_is_the_manifests_and_real_comes_last(folder: Path) -> None:
    study = ingest(listed(folder, [*GOOD, "one,Dog,flow,z.wav"]), slug="pets").study
    assert list(study.categories.values_list("name", flat=True)) == ["Dog", "Drum"]
    systems = study.systems.order_by("is_real", "order")
    assert list(systems.values_list("name", flat=True)) == ["seq", "flow", "real"]


@pytest.mark.parametrize(
    "state", ["building", "launching", "live", "closing", "closed"]
)
def test_a_study_that_is_not_open_takes_no_clips(state: str, folder: Path) -> None:
    ingest(listed(folder, GOOD), slug="pets")
    Study.objects.update(state=state)
    with pytest.raises(WrongStateError, match=r"being built|before the launch"):
        ingest(listed(folder, GOOD), slug="pets")


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_that_nothing_can_be_drawn_by_is_refused(
    folder: Path, seed: int
) -> None:
    with pytest.raises(StudyError, match=f"seed {seed}: give a number from 0 to"):
        ingest(listed(folder, GOOD), slug="pets", seed=seed)
    assert not Study.objects.exists()


def test_a_study_keeps_the_seed_it_began_with(folder: Path) -> None:
    study = ingest(listed(folder, GOOD), slug="pets", seed=5).study
    assert study.seed == 5
    assert ingest(listed(folder, GOOD), slug="pets").study.seed == 5
    with pytest.raises(StudyError, match="has the seed 5 already"):
        ingest(listed(folder, GOOD), slug="pets", seed=6)


def test_what_a_killed_process_left_is_swept(folder: Path, tmp_path: Path) -> None:
    ingest(listed(folder, GOOD), slug="pets")
    old, new = (files_kept()[0].with_name(f".{n}.part") for n in ("old", "new"))
    old.touch()
    new.touch()
    os.utime(old, (0, 0))
    ingest(listed(folder, GOOD), slug="pets")
    assert (old.exists(), new.exists()) == (False, True)


def test_two_studies_share_a_source_file(folder: Path) -> None:
    ingest(listed(folder, GOOD), slug="pets")
    files = files_kept()
    assert ingest(listed(folder, GOOD), slug="more").stored == 4
    assert files_kept() == files
