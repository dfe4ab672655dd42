"""The experiments' commands: names of rows, labels of what was only tried, options."""

from pathlib import Path

import pytest

from generation.__main__ import main
from generation.sample import SampleError, only_checkpoint
from generation.train import train
from tests.generation.train.prepared import MAPS, prepared, quick


def nets(folder: Path, *categories: str) -> list[str]:
    """A barely trained frame net for each category of a prepared folder."""
    clips = prepared(folder / "data", categories=categories, train=(2,), test=(1, 1))
    paths = []
    for category in categories:
        out = folder / category
        train(clips, quick(categories=(category,), epochs=1), out)
        paths.append(str(out / "best.net"))
    return paths


def test_nets_of_one_method_have_a_row_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = nets(tmp_path, "dog", "drum")
    assert main(["likelihood", str(tmp_path / "data"), *found]) == 0
    told = capsys.readouterr().out
    # once as they are, once less each sound's mean, once in the labels
    assert told.count("frame, dog") == told.count("frame, drum") == 3
    assert main(["likelihood", str(tmp_path / "data"), found[0]]) == 0
    assert "\nframe   2 " in capsys.readouterr().out


def test_a_net_with_attention_is_told_from_one_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (plain,) = nets(tmp_path, "dog")
    maps = prepared(
        tmp_path / "data", categories=["dog"], train=[2], test=[1, 1], source=MAPS
    )
    train(maps, quick(attention=True, epochs=1), tmp_path / "attending")
    both = [str(tmp_path / "data"), plain, str(tmp_path / "attending" / "best.net")]
    assert main(["losses", *both]) == 0
    head, *_ = capsys.readouterr().out.splitlines()
    assert "  frame test" in head
    assert "  frame, attention test" in head
    assert main(["likelihood", *both]) == 0
    told = capsys.readouterr().out
    assert "\nframe             2 " in told
    assert "\nframe, attention  2 " in told
    with pytest.raises(SampleError, match=r"\(frame, attention for dog.*\(frame for"):
        only_checkpoint(tmp_path)


def test_a_sound_that_is_alone_is_not_retrieved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would be found under any net: 100 per cent."""
    (found,) = nets(tmp_path, "dog")
    data = tmp_path / "data"
    assert main(["likelihood", str(data), found, "--limit", "1"]) == 1
    assert "error: limit 1: nothing to choose among" in capsys.readouterr().err
    prepared(data, categories=["dog"], train=[2], test=[1])
    assert main(["likelihood", str(data), found]) == 1
    assert f"error: {data}, dog: one test clip, whose" in capsys.readouterr().err


def test_figures_of_demo_clips_are_labelled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = nets(tmp_path, "dog")
    for command in ("losses", "likelihood"):
        assert main([command, str(tmp_path / "data"), found]) == 0
        assert "DEMO: frame, dog: of demo clips" in capsys.readouterr().out


def test_a_file_of_losses_is_labelled_too(tmp_path: Path) -> None:
    (found,) = nets(tmp_path, "dog")
    out = tmp_path / "losses.csv"
    assert main(["losses", str(tmp_path / "data"), found, "--csv", str(out)]) == 0
    head, *rows = out.read_text().splitlines()
    assert head.endswith(",note")
    assert rows
    assert all("DEMO: frame, dog: of demo clips" in row for row in rows)


@pytest.mark.parametrize(
    ("command", "option", "value"),
    [
        ("losses", "--limit", "-1"),
        ("losses", "--seed", "x"),
        ("likelihood", "--windows", "-2"),
        ("losses", "--device", "tpu"),
    ],
)
def test_a_senseless_option_is_refused_by_name(
    capsys: pytest.CaptureFixture[str], command: str, option: str, value: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "data", "best.net", option, value])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert option in told
    assert f"'{value}'" in told


def test_a_table_is_shown_though_its_file_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = nets(tmp_path, "dog")
    (tmp_path / "gone").touch()  # where a folder is to be
    gone = tmp_path / "gone" / "table.csv"
    assert main(["losses", str(tmp_path / "data"), found, "--csv", str(gone)]) == 1
    shown = capsys.readouterr()
    assert "Average" in shown.out
    assert str(gone) in shown.err
