"""Every fault in one pass, a line per row, and then nothing at all is stored."""

from pathlib import Path

import pytest

from generation import media as looking
from studies.errors import FaultsError, StudyError
from studies.services import ingest as module
from studies.services import media
from studies.services.ingest import ingest
from tests.generation.makers import sound, video
from tests.ingest.conftest import GOOD, listed
from tests.ingest.world import files_kept, rows_stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked_at_once")]


def faults_of(manifest: Path, skip_bad: bool = False) -> dict[str, str]:
    with pytest.raises(FaultsError) as caught:
        ingest(manifest, slug="pets", skip_bad=skip_bad)
    assert rows_stored() == 0
    assert files_kept() == []
    told = [line.split(", ", 1) for line in caught.value.faults]
    assert len({row for row, _ in told}) == len(told), "a row has one line"
    return {line[0]: line[1] for line in told}


def test_every_fault_is_told_in_one_pass(folder: Path) -> None:
    sound(folder / "hush.wav", "anullsrc=r=16000", seconds=0.8)
    video(folder / "mute.mp4", "-an", seconds=0.4)
    (folder / "text.mp4").write_text("a text, not a video, whatever it is called")
    (folder / "cut.mp4").write_bytes((folder / "a.mp4").read_bytes()[:3000])
    (folder / "none.wav").touch()
    (folder / "inner").mkdir()
    told = faults_of(
        listed(
            folder,
            [
                *GOOD,  # 2 to 5
                "one,Dog,flow,hush.wav",  # 6
                "three,Dog,real,mute.mp4",  # 7
                "three,Dog,seq,text.mp4",  # 8: told although its clip falls with 7
                "two,Drum,flow,cut.mp4",  # 9
                "two,Drum,frame,none.wav",  # 10
                "two,Drum,wave,inner",  # 11
                "two,Drum,SEQ,gone.wav",  # 12
                "two,Dog,late,z.wav",  # 13
                ",Drum,seq,text.mp4",  # 14: two faults, one line
                "four,Drum,seq,x.wav",  # 15: a clip without real
                'two,Drum,"seq"s,x.wav',  # 16
                "five,Dog,real,x.wav",  # 17
            ],
        )
    )
    assert list(told) == [f"row {n}" for n in range(6, 18)]
    expected = {
        6: ("hush.wav: ", "silent audio", "leave this clip out"),
        7: ("mute.mp4: ", "no audio stream", "give a file that has one"),
        8: ("text.mp4: ", "unreadable container", "encode it anew"),
        9: ("cut.mp4: ", "no moov found", "get the whole file"),
        10: ("none.wav: ", "empty (0 bytes)", "fetch it again"),
        11: ("'inner' is no file", "name a media file"),
        12: ("'gone.wav' does not exist",),
        13: ("z.wav: two: category 'Dog' here, 'Drum' in row 4", "a clip has one"),
        14: ("text.mp4: clip: empty; fill it in; ", "unreadable container"),
        15: ("x.wav: four: no usable row with system `real`",),
        16: ("mend the quoting",),
        17: ("x.wav: no video stream", "give the video with its sound"),
    }
    for number, words in expected.items():
        for word in words:
            assert word in told[f"row {number}"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("clip,category,system,file\n", "path: column is missing"),
        ("", "no row in it"),
        ("clip,category,system,path\n", "no row in it"),
    ],
)
def test_a_manifest_that_is_none_is_told(text: str, says: str, folder: Path) -> None:
    manifest = folder / "m.csv"
    manifest.write_text(text)
    for skip_bad in (False, True):
        with pytest.raises(FaultsError, match="nothing was stored") as caught:
            ingest(manifest, slug="pets", skip_bad=skip_bad)
        assert any(says in line for line in caught.value.faults)
    assert rows_stored() == 0


def test_systems_and_categories_are_spelt_one_way(folder: Path) -> None:
    told = faults_of(
        listed(
            folder,
            [*GOOD, "two,Drum,Seq,z.wav", "six,drum,real,b.mp4", "one,Dog,café,x.wav",
             "two,Drum,cafe\u0301,z.wav"],
        )
    )  # fmt: skip
    assert "system 'Seq' is 'seq' elsewhere; spell it one way" in told["row 6"]
    assert "category 'drum' is 'Drum' elsewhere; spell it one way" in told["row 7"]
    assert "elsewhere; spell it one way" in told["row 9"]


@pytest.mark.parametrize("slug", ["", "Pets", "pe ts", "../pets", "p" * 65])
def test_a_study_needs_a_plain_name(slug: str, folder: Path) -> None:
    with pytest.raises(StudyError, match=r"slug|study"):
        ingest(listed(folder, GOOD), slug=slug)
    with pytest.raises(StudyError, match="at most 128"):
        ingest(listed(folder, GOOD), slug="pets", title="t" * 129)
    assert rows_stored() == 0


def test_a_file_that_changes_before_it_is_kept_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = media.keep

    def late(name: str, path: Path, *, sha256: str = "") -> None:
        if path.name == "y.wav":
            path.write_bytes((folder / "z.wav").read_bytes())
        keep(name, path, sha256=sha256)

    monkeypatch.setattr(module, "keep", late)
    told = faults_of(listed(folder, GOOD))
    assert "y.wav: it changed while it was read" in told["row 5"]


def test_a_file_that_grows_while_it_is_decoded_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspect = looking.inspect

    def slow(path: Path) -> object:
        facts = inspect(path)
        if path.name == "x.wav":
            path.write_bytes(path.read_bytes() + b"more")
        return facts

    monkeypatch.setattr(module, "inspect", slow)
    assert "it changed while it was read" in faults_of(listed(folder, GOOD))["row 3"]


@pytest.mark.parametrize("where", ["_look_at", "keep", "store"])
def test_ctrl_c_leaves_nothing_half_stored(
    where: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, calls = getattr(module, where), []

    def stopped(*args: object, **named: object) -> object:
        calls.append(args)
        if where != "store" and len(calls) < 3:
            return call(*args, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, where, stopped)
    with pytest.raises(KeyboardInterrupt):
        ingest(listed(folder, GOOD), slug="pets")
    assert rows_stored() == 0
    assert files_kept() == []
    monkeypatch.setattr(module, where, call)
    assert ingest(listed(folder, GOOD), slug="pets").stored == 4


def test_a_full_disk_is_told_with_its_row(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(name: str, path: Path, *, sha256: str = "") -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "keep", full)
    assert "No space left" in faults_of(listed(folder, GOOD))["row 2"]
