"""A study as one file: the same report from it, and words for what is wrong with it."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.archive import ArchiveError, archive_bytes, read_archive, write_archive
from analysis.render import study_files
from analysis.report import ReportOptions, study_report
from analysis.study import Comparisons, Flow, SequentialPlan, StudyRecord
from tests.analysis.frames import cell_rows, frame, spread

if TYPE_CHECKING:
    from pathlib import Path

RECORD = StudyRecord(
    title="Regen und Hunde",
    slug="regen",
    categories=("雨", "Dog"),
    method_names=("Seq", "Flow", "Real"),
    votes_per_item=3,
    comparisons=Comparisons(
        baseline="Flow",
        margin_pp=4.0,
        sequential=SequentialPlan("pocock", 3, "Seq", "Flow"),
        declared=True,
    ),
    flow=Flow(50, 48, 47, 46, 30, 29, 300, 290, (("catch", 6), ("playback", 4))),
    declared={"seed": "11"},
    methods={"question": "Real or fake?"},
    seed=11,
)


def votes() -> pd.DataFrame:
    rows = []
    for category in ("Dog", "雨"):
        for method, real in (("Seq", 60), ("Flow", 80), ("Real", 110)):
            rows += cell_rows(category, method, spread(real, 40))
    made = frame(rows)
    made["seconds"] = [1.0 + number / 7 for number in range(len(made))]
    made["used"] = [int(number % 9 > 0) for number in range(len(made))]
    made["excluded"] = ["" if used else "catch" for used in made["used"]]
    return made


def sessions() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "session_id": range(30),
            "worker_id": [f"r{n}" for n in range(30)],
            "minutes": [None, *(5 + n / 3 for n in range(29))],
            "submitted": 1,
            "used": 1,
            "reason": "",
            "catch_right": [n % 3 for n in range(30)],
            "catch_asked": 2,
        }
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "regen.zip"
    write_archive(path, votes(), sessions(), RECORD)
    return path


def test_an_archive_makes_the_same_files_as_the_study_itself(archive: Path) -> None:
    found = read_archive(archive)
    assert found.record == RECORD
    options = ReportOptions(seed=11, mixed=False)
    here = study_report(votes(), RECORD, sessions=sessions(), options=options)
    there = study_report(
        found.votes, found.record, sessions=found.sessions, options=options
    )
    assert study_files(there) == study_files(here)


def test_the_command_reads_an_archive_and_its_unpacked_folder(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(archive)]) == 0
    packed = capsys.readouterr().out
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    assert main([str(folder)]) == 0
    assert capsys.readouterr().out == packed
    assert packed.startswith("Regen und Hunde")
    assert "Of 50 sessions begun 48 were submitted, 47 paid and 46 used" in " ".join(
        packed.split()
    )


def test_the_same_study_gives_the_same_bytes() -> None:
    first = archive_bytes(votes(), sessions(), RECORD)
    assert archive_bytes(votes(), sessions(), RECORD) == first


def test_inside_are_words_a_dictionary_and_sums(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        assert names == sorted(names)
        readme = opened.read("README.txt").decode()
        dictionary = opened.read("DICTIONARY.md").decode()
        sums = opened.read("SHA256SUMS").decode()
    assert "python -m analysis regen.zip --out report" in readme
    assert "catch_right" in dictionary
    listed = {line.partition("  ")[2] for line in sums.splitlines()}
    assert listed == set(names) - {"SHA256SUMS"}


def changed(archive: Path, name: str, content: bytes | None) -> Path:
    """Return a copy of the archive with one file changed, or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            if each != name:
                new.writestr(each, old.read(each))
        if content is not None:
            new.writestr(name, content)
    path = archive.with_name("changed.zip")
    path.write_bytes(out.getvalue())
    return path


def test_an_altered_vote_is_refused_with_what_to_do(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        raw = opened.read("votes.csv")
    path = changed(archive, "votes.csv", raw.replace(b",1,", b",0,", 1))
    with pytest.raises(ArchiveError, match=r"votes\.csv is not what was archived"):
        read_archive(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("votes.csv", None, r"holds no votes\.csv"),
        ("SHA256SUMS", b"nonsense\n", "none of its kind"),
        ("study.json", None, ""),
        ("sessions.csv", None, ""),
    ],
)
def test_what_is_missing_is_named_or_done_without(
    archive: Path, name: str, content: bytes | None, words: str
) -> None:
    path = changed(archive, name, content)
    if words:
        with pytest.raises(ArchiveError, match=words):
            read_archive(path)
    else:
        assert len(read_archive(path).votes) == len(votes())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "is not JSON"),
        (b'{"schema_version": 9}', "schema_version is 9"),
        (b'{"schema_version": 1, "colour": 1}', "unknown key 'colour'"),
        (b'{"schema_version": 1, "votes_per_item": "3"}', "votes_per_item is '3'"),
        (b'{"schema_version": 1, "comparisons": {"families": ["x"]}}', "'x' is none"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_by_its_key(
    archive: Path, content: bytes, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = changed(archive, "SHA256SUMS", None)
    path = changed(bare, "study.json", content)
    assert main([str(path)]) == 2
    assert words in capsys.readouterr().err


def test_a_damaged_zip_is_called_so(archive: Path) -> None:
    raw = archive.read_bytes()
    with zipfile.ZipFile(archive) as opened:
        votes_begin = opened.getinfo("votes.csv").header_offset + 60
    spoilt = raw[:votes_begin] + bytes(40) + raw[votes_begin + 40 :]
    for content in (spoilt, raw[: len(raw) // 2]):
        archive.write_bytes(content)
        with pytest.raises(ArchiveError, match="is a damaged zip file"):
            read_archive(archive)
