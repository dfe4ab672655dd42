"""``python -m analysis`` on a table of pairs, and its word ``plan``."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from analysis.__main__ import main
from tests.analysis.pairs_frames import judged

FEW = ["--replicates", "30"]


@pytest.fixture
def pairs(tmp_path: Path) -> str:
    path = tmp_path / "pairs.csv"
    judged({"Flow": 0.0, "Frame": -0.6, "Real": 0.8}).to_csv(path, index=False)
    return str(path)


def test_pairs_are_known_by_their_header_gzipped_or_not(
    pairs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    packed = tmp_path / "pairs.csv.gz"
    text = Path(pairs).read_text(encoding="utf-8")
    text = text.replace("left,right,chosen", "first, second ,chosen")
    packed.write_bytes(gzip.compress(("\ufeff" + text).encode()))
    assert main([pairs, *FEW]) == 0
    whole = capsys.readouterr().out
    assert "Taken for real" in whole
    assert main([str(packed), *FEW]) == 0
    assert capsys.readouterr().out == whole


def test_the_options_of_pairs_are_obeyed(
    pairs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "--format json --alpha 0.1 --control frame --seed 7 --title T --demo"
    order = ["--category-order", "Drum", "--method-order", "Real"]
    assert main([pairs, *FEW, *asked.split(), *order]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["alpha"], document["title"], document["demo"]) == (0.1, "T", True)
    assert document["categories"] == ["Drum", "Dog"]
    assert document["methods"] == ["Real", "Flow", "Frame"]
    assert document["provenance"]["option seed"] == "7"
    assert document["provenance"]["option replicates"] == "30"


def test_everything_is_written_into_a_folder(
    pairs: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main([pairs, *FEW, "--out", str(out)]) == 0
    told = set(capsys.readouterr().out.splitlines())
    assert told == {str(path) for path in out.rglob("*") if path.is_file()}
    assert str(out / "shares.csv") in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--mixed"], "holds pairs, for which there is no --mixed"),
        (["--no-mixed"], "--no-mixed"),
        (["--ci", "wilson", "--by", "recruiter"], "no --ci, --by: leave that out"),
        (["--no-intervals"], "--no-intervals"),
        (["--brief"], "--brief"),
        (["--margin", "3"], "--margin"),
        (["--category-order", "Dgo"], "no votes on 'Dgo'; the file has 'Dog', 'Drum'"),
        (["--method-order", "Fluw"], "--method-order: no votes on 'Fluw'"),
        (["--alpha", "95"], "alpha is 95.0"),
        (["--out", "/dev/null/x"], "/dev/null"),
    ],
)
def test_what_does_not_apply_ends_with_status_2_and_no_traceback(
    pairs: str,
    arguments: list[str],
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([pairs, *FEW, *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: ")
    assert words in captured.err
    assert captured.out == ""


def test_faulty_pairs_end_with_status_2_and_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.csv"
    head = "item_id,category,source_video,worker_id,left,right,chosen\n"
    path.write_text(head + "a,b,c,d,Flow,Real,neither\n")
    assert main([str(path)]) == 2
    assert "bad.csv: line 2: chosen is 'neither'" in capsys.readouterr().err


def test_a_file_that_is_not_there_or_damaged_is_told_as_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "cut.csv.gz"
    damaged.write_bytes(gzip.compress(b"left,right,chosen\n" * 99)[:20])
    for path in (tmp_path / "none.csv", damaged):
        assert main([str(path)]) == 2
        assert capsys.readouterr().err.startswith(f"error: {path}: ")


def test_a_plan_is_printed_as_text_or_json(capsys: pytest.CaptureFixture[str]) -> None:
    size = ["plan", "--clips", "20", "--studies", "3"]
    assert main(size) == 0
    captured = capsys.readouterr()
    assert "Verdict" in captured.out
    # no terminal, no bar
    assert captured.err == ""
    assert main([*size, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["studies"] == 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "say how large the study is: --clips N"),
        (["--clips", "9", "--budget", "100"], "price of a session"),
        (["--clips", "9", "--pilot", "/nowhere.csv"], "/nowhere.csv: cannot be read"),
    ],
)
def test_a_plan_that_cannot_be_ends_with_status_2(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("error: ")
    assert words in captured.err
    assert captured.out == ""
