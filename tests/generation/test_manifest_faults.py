"""A manifest's faults are all found in one pass, each naming its row."""

from pathlib import Path

import pytest

from generation.manifest import ManifestReading, read_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.mp4", "b.wav", "c.wav"):
        (tmp_path / name).write_bytes(b"x")
    return tmp_path


def read(folder: Path, text: str | bytes, name: str = "m.csv") -> ManifestReading:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_manifest(path)


HEAD = "clip,category,system,path\n"
GOOD = HEAD + "k,Dog,real,a.mp4\nk,Dog,frame,b.wav\n"


def test_a_good_manifest_has_no_faults(folder: Path) -> None:
    reading = read(folder, GOOD)
    assert reading.faults == ()
    assert [(r.clip, r.system, r.row) for r in reading.records] == [
        ("k", "real", 2),
        ("k", "frame", 3),
    ]
    assert reading.records[0].path == (folder / "a.mp4").resolve()


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        GOOD.replace(",", ";"),
        GOOD.replace(",", "\t"),
        "\ufeff" + GOOD,
        "\n" + GOOD.replace("\n", "\n\n") + ",,,\n",
        GOOD.replace("real", "Real"),
        GOOD.replace("clip,category", " Clip ,CATEGORY"),
    ],
    ids=["crlf", "semicolons", "tabs", "bom", "blank lines", "Real", "header case"],
)
def test_what_spreadsheets_write_is_taken(text: str, folder: Path) -> None:
    reading = read(folder, text)
    assert reading.faults == ()
    assert [r.system for r in reading.records] == ["real", "frame"]


def test_all_faults_are_told_at_once(folder: Path) -> None:
    rows = [
        "k,Dog,real,a.mp4",  # 2
        "k,Cat,frame,b.wav",  # 3 another category
        "k,Dog,real,a.mp4",  # 4 twice
        ",Dog,seq,b.wav",  # 5 no clip
        "l,Dog,frame,b.wav",  # 6 a clip without real
        "k,Dog,seq,gone.wav",  # 7 no such file
        "k,Dog,flow,../x.wav",  # 8 leaves the folder
        "k,Dog,seq",  # 9 too few cells
        "k,Dog,seq,b.wav,more",  # 10 too many
        "k,Dog,seq,.",  # 11 a folder
        "k,Dog,seq,",  # 12 no path
    ]
    reading = read(folder, HEAD + "\n".join(rows))
    found = {fault.row: str(fault) for fault in reading.faults}
    assert sorted(found) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert "category 'Cat' here, 'Dog' in row 2" in found[3]
    assert "stands for it in row 2 too" in found[4]
    assert found[5] == "row 5, clip: empty; fill it in"
    assert "every clip needs its own sound" in found[6]
    assert "does not exist" in found[7]
    assert "leaves the manifest's folder" in found[8]
    assert "3 cells under 4 columns" in found[9]
    assert "5 cells" in found[10]
    assert "is no file" in found[11]
    assert "name the file" in found[12]
    assert [r.row for r in reading.records] == [2]


@pytest.mark.parametrize("seed", ["-1", "1.5", "x", "9" * 30, "٣"])
def test_a_bad_seed_is_a_fault(seed: str, folder: Path) -> None:
    reading = read(folder, f"clip,category,system,path,seed\nk,Dog,real,a.mp4,{seed}\n")
    assert reading.faults[0].field == "seed"


def test_wrong_columns_are_named(folder: Path) -> None:
    told = [str(f) for f in read(folder, "clip,category,sytem,path,clip\n").faults]
    assert any("system: column is missing" in line for line in told)
    assert any("sytem: unknown column" in line for line in told)
    assert any("clip: column stands twice" in line for line in told)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no row in it"),
        (HEAD.encode(), "no row in it"),
        (GOOD.encode("utf-16"), "not UTF-8"),
        (HEAD.encode() + b"k,Caf\xe9,real,a.mp4\n", "not UTF-8"),
        (HEAD.encode() + b'k,"Dog,real,a.mp4\n', "mend the quoting"),
        (HEAD.encode() + b"k,Dog,real,a\0.mp4\n", "NUL|cannot be looked up"),
    ],
)
def test_a_file_that_is_no_table_is_told(
    content: bytes, says: str, folder: Path
) -> None:
    reading = read(folder, content)
    assert len(reading.faults) == 1
    assert any(word in str(reading.faults[0]) for word in says.split("|"))
    assert reading.records == ()


def test_a_missing_manifest_is_a_fault(tmp_path: Path) -> None:
    assert "check the path" in str(read_manifest(tmp_path / "m.csv").faults[0])


def test_a_link_out_of_the_folder_needs_leave(folder: Path, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.mp4").symlink_to(folder / "a.mp4")
    path = inner / "m.csv"
    path.write_text(f"{HEAD}k,Dog,real,link.mp4\nl,Dog,real,{folder / 'a.mp4'}\n")
    assert len(read_manifest(path).faults) == 2
    assert read_manifest(path, allow_outside=True).faults == ()


def test_one_system_has_one_spelling(folder: Path) -> None:
    text = f"{GOOD}l,Dog,real,a.mp4\nl,Dog,Frame,c.wav\n"
    assert "spell it one way" in str(read(folder, text).faults[0])


def test_json_lines_are_checked_alike(folder: Path) -> None:
    lines = [
        '{"clip":"k","category":"Dog","system":"real","path":"a.mp4","seed":3}',
        '{"clip": "k", "category": "Dog", "system": 5, "path": "b.wav"}',
        '{"clip": "k", "category": "Dog", "path": "b.wav", "sytem": "x"}',
        "[1]",
        "{",
        "[" * 5000,
    ]
    reading = read(folder, "\n".join(lines), "m.jsonl")
    assert [r.seed for r in reading.records] == [3]
    assert {f.row for f in reading.faults} == {2, 3, 4, 5, 6}
