"""Unpacking: nothing leaves the folder, nothing grows without end."""

import contextlib
import io
import stat
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.errors import FaultsError, StudyError
from studies.services.unpack import Limits, unpack

# the writer cannot store a name with NUL or a lone surrogate
NAME_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
SMALL = Limits(files=10, total_bytes=10_000)


def archive(
    folder: Path, members: Iterable[tuple[zipfile.ZipInfo | str, bytes]]
) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in members:
            opened.writestr(name, data)
    return path


def faults(path: Path, into: Path) -> tuple[str, ...]:
    with pytest.raises(FaultsError) as caught:
        unpack(path, into, SMALL)
    assert list(into.iterdir()) == []
    return caught.value.faults


@pytest.fixture
def into(tmp_path: Path) -> Path:
    folder = tmp_path / "into"
    folder.mkdir()
    return folder


def test_a_plain_archive_is_unpacked_with_its_folders(
    tmp_path: Path, into: Path
) -> None:
    path = archive(tmp_path, [("m.csv", b"a"), ("x/y.wav", b"bb")])
    assert unpack(path, into, SMALL) == 2
    assert (into / "x" / "y.wav").read_bytes() == b"bb"


@pytest.mark.parametrize(
    "name",
    ["../evil.csv", "/etc/evil", "x/../../evil", "a\\..\\evil", "x/" * 9 + "deep"],
)
def test_a_name_that_could_leave_the_folder_is_refused(
    tmp_path: Path, into: Path, name: str
) -> None:
    assert len(faults(archive(tmp_path, [("ok.csv", b""), (name, b"x")]), into)) == 1
    assert not (tmp_path / "evil.csv").exists()


def test_a_link_is_refused(tmp_path: Path, into: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    found = faults(archive(tmp_path, [(link, b"/etc/passwd")]), into)
    assert "not a plain file" in found[0]


def test_every_bad_name_is_told_at_once(tmp_path: Path, into: Path) -> None:
    path = archive(tmp_path, [("../a", b""), ("../b", b""), ("good", b"")])
    assert len(faults(path, into)) == 2


def test_names_that_differ_only_in_case_are_told(tmp_path: Path, into: Path) -> None:
    found = faults(archive(tmp_path, [("A.wav", b"1"), ("a.wav", b"2")]), into)
    assert "there twice" in found[0]


def test_too_many_files_are_refused(tmp_path: Path, into: Path) -> None:
    members = [(f"{n}.wav", b"") for n in range(11)]
    assert "more than the 10" in faults(archive(tmp_path, members), into)[0]


def test_a_bomb_that_declares_its_size_is_refused(tmp_path: Path, into: Path) -> None:
    found = faults(archive(tmp_path, [("big", b"\0" * 20_000)]), into)
    assert "more than the 10000" in found[0]


def test_a_bomb_that_hides_its_size_stops_at_the_limit(
    tmp_path: Path, into: Path
) -> None:
    data = bytearray(archive(tmp_path, [("big", b"\0" * 50_000)]).read_bytes())
    true, told = (50_000).to_bytes(4, "little"), (5).to_bytes(4, "little")
    (tmp_path / "lie.zip").write_bytes(bytes(data).replace(true, told))
    with pytest.raises(StudyError):
        unpack(tmp_path / "lie.zip", into, SMALL)
    written = sum(path.stat().st_size for path in into.rglob("*") if path.is_file())
    assert written <= SMALL.total_bytes


def test_a_file_without_a_name_is_refused(tmp_path: Path, into: Path) -> None:
    data = archive(tmp_path, [("q", b"x")]).read_bytes()
    # the name's NUL ends it: what is left is empty
    (tmp_path / "a.zip").write_bytes(data.replace(b"q", b"\0"))
    with pytest.raises(StudyError):
        unpack(tmp_path / "a.zip", into, SMALL)


def test_what_is_no_archive_is_named(tmp_path: Path, into: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK but not really")
    with pytest.raises(StudyError, match=r"a\.zip cannot be unpacked"):
        unpack(tmp_path / "a.zip", into, SMALL)


def test_what_an_operating_system_left_there_is_dropped(
    tmp_path: Path, into: Path
) -> None:
    path = archive(tmp_path, [("__MACOSX/._m.csv", b"x"), (".DS_Store", b"x")])
    assert unpack(path, into, SMALL) == 0


@given(
    st.lists(st.text(NAME_CHARACTERS, min_size=1, max_size=30), max_size=5, unique=True)
)
def test_nothing_is_ever_written_outside_the_folder(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as top:
        into = Path(top) / "one" / "two"
        into.mkdir(parents=True)
        sink = io.BytesIO()
        with zipfile.ZipFile(sink, "w") as opened:
            for name in names:
                opened.writestr(name, b"x")
        path = Path(top) / "a.zip"
        path.write_bytes(sink.getvalue())
        with contextlib.suppress(StudyError):
            unpack(path, into, Limits())
        outside = [
            each
            for each in Path(top).rglob("*")
            if each.is_file() and not each.is_relative_to(into)
        ]
        assert outside == [path]
