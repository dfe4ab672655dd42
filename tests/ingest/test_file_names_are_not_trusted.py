"""No file name becomes an option, a protocol, a path outside, or a wait."""

import json
import os
from pathlib import Path

import pytest

from studies.errors import FaultsError
from studies.services.ingest import ingest
from tests.ingest.conftest import listed
from tests.ingest.world import files_kept, rows_stored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("looked_at_once")]


def manifest_of(folder: Path, name: str) -> Path:
    rows = [
        {"clip": "one", "category": "Dog", "system": "real", "path": "a.mp4"},
        {"clip": "one", "category": "Dog", "system": "seq", "path": name},
    ]
    path = folder / "m.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


@pytest.mark.parametrize(
    "name",
    [
        *("-i.mp4", "-y", "a;b.mp4", "a|b.mp4", "$(touch owned).mp4", "`id`.wav"),
        *("concat:x.mp4", "data:,x", "pipe:0", "crypto:a", "%03d.wav", "*.wav"),
        *("x y.wav", "x '\".wav", "new\nline.wav", "\u202egpj.wav", "é" * 120),
        *("tab\there", "[v]:0,1;x=y", "noextension"),
    ],
)
def test_an_odd_name_is_just_a_name(name: str, folder: Path) -> None:
    (folder / os.fsdecode(os.fsencode(name))).write_bytes(
        (folder / "x.wav").read_bytes()
    )
    result = ingest(manifest_of(folder, name), slug="pets")
    stored = result.study.stimuli.get(system__name="seq").source_name
    assert "\n" not in stored
    stored.encode("utf-8")
    assert all("x.wav" not in path.name for path in files_kept())
    assert not (folder / "owned.mp4").exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("../../../../../../etc/passwd", "leaves the manifest's folder"),
        ("/etc/passwd", "leaves the manifest's folder"),
        ("http://127.0.0.1:9/x.mp4", "does not exist"),
        ("file:///etc/passwd", "does not exist"),
        ("~/x.wav", "does not exist"),
        ("n" * 5000, "cannot be looked up (File name too long)"),
        ("a\0b", "cannot be looked up"),
        ("inner", "is no file"),
        ("fifo", "is no file"),
        ("device", "is a link that leaves the manifest's folder"),
        ("loop", "cannot be looked up"),
        ("out/passwd", "lies behind a link that leaves the manifest's folder"),
        ("out/nothing", "lies behind a link that leaves the manifest's folder"),
        ("out/../x", "lies behind a link that leaves the manifest's folder"),
        ("link.wav", "is a link that leaves the manifest's folder; put the file its"),
        ("broken.wav", "is a link that leaves the manifest's folder"),
    ],
)
def test_what_is_no_file_of_this_folder_is_refused(
    name: str, says: str, folder: Path, tmp_path: Path
) -> None:
    (folder / "inner").mkdir()
    os.mkfifo(folder / "fifo")
    (folder / "device").symlink_to("/dev/zero")
    (folder / "loop").symlink_to("loop")
    (folder / "out").symlink_to("/etc")
    (tmp_path / "outside.wav").write_bytes((folder / "x.wav").read_bytes())
    (folder / "link.wav").symlink_to(tmp_path / "outside.wav")
    (folder / "broken.wav").symlink_to(tmp_path / "no-outside.wav")
    with pytest.raises(FaultsError) as caught:
        ingest(manifest_of(folder, name), slug="pets")
    (line,) = caught.value.faults
    assert line.startswith("row 2, ")
    assert says in line
    # where a link leads is not told
    assert not any(place in line.replace(name, "") for place in ("/etc", "side.wav"))
    assert len(line) < 400
    assert "\n" not in line
    assert (rows_stored(), files_kept()) == (0, [])


def test_a_name_that_is_not_utf_8_is_told(folder: Path) -> None:
    (folder / "\udc80raw.wav").write_bytes((folder / "x.wav").read_bytes())
    with pytest.raises(FaultsError) as caught:
        ingest(manifest_of(folder, "\udc80raw.wav"), slug="pets")
    (line,) = caught.value.faults
    assert "its path is not UTF-8" in line
    line.encode()


def test_a_name_with_a_line_break_keeps_its_fault_on_one_line(folder: Path) -> None:
    (folder / "two\nlines.wav").write_bytes(b"no sound")
    with pytest.raises(FaultsError) as caught:
        ingest(manifest_of(folder, "two\nlines.wav"), slug="pets")
    (line,) = caught.value.faults
    assert "two\\nlines.wav" in line
    assert "\n" not in line


def test_a_playlist_in_disguise_opens_nothing(folder: Path) -> None:
    (folder / "list.mp4").write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")
    (folder / "cat.mp4").write_text("ffconcat version 1.0\nfile x.wav\n")
    for name in ("list.mp4", "cat.mp4"):
        with pytest.raises(FaultsError, match=r"no moov found|cannot be probed"):
            ingest(manifest_of(folder, name), slug="pets")


@pytest.mark.parametrize("make", ["fifo", "folder", "device"])
def test_a_manifest_that_is_no_file_does_not_hang(make: str, tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    if make == "fifo":
        os.mkfifo(path)
    elif make == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")
    with pytest.raises(FaultsError, match="no regular file"):
        ingest(path, slug="pets")


def test_a_link_within_the_folder_is_followed(folder: Path) -> None:
    (folder / "link.wav").symlink_to("x.wav")
    assert ingest(manifest_of(folder, "link.wav"), slug="pets").stored == 2


@pytest.mark.parametrize("field", ["note", "checkpoint", "clip"])
def test_what_is_no_text_is_a_fault(field: str, folder: Path) -> None:
    row = {"clip": "one", "category": "Dog", "system": "real", "path": "a.mp4"}
    for value in ("a\0b", "half \ud83d"):
        path = folder / "m.jsonl"
        path.write_text(json.dumps({**row, field: value}))
        with pytest.raises(FaultsError, match=f"{field}: .* remove"):
            ingest(path, slug="pets")
    assert rows_stored() == 0


def test_the_manifest_names_files_in_folders(folder: Path) -> None:
    (folder / "one").mkdir()
    (folder / "one" / "seq.wav").write_bytes(b"broken")
    rows = ["one,Dog,real,a.mp4", "one,Dog,seq,one/seq.wav"]
    with pytest.raises(FaultsError, match=r"row 3, one/seq\.wav: "):
        ingest(listed(folder, rows), slug="pets")
