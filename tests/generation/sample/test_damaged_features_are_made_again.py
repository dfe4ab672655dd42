"""What is kept of a clip may be damaged: it is made again, nobody has to remove it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from generation.sample import sample
from tests.generation.sample.world import asking

DAMAGES: dict[str, Callable[[Path], object]] = {
    "what tells of them is cut short": lambda folder: (
        folder / "source.json"
    ).write_text('{"broken'),
    "what tells of them is gone": lambda folder: (folder / "source.json").unlink(),
    "they are empty": lambda folder: [
        path.write_bytes(b"") for path in folder.glob("*.npy")
    ],
}


@pytest.mark.parametrize("how", DAMAGES)
def test_damaged_features_are_made_again(
    checkpoint: Path, manifest: Path, tmp_path: Path, how: str
) -> None:
    asked = asking(checkpoint, manifest, tmp_path / "out", work=tmp_path / "work")
    whole = sample(asked)
    (folder,) = (tmp_path / "work" / "features").iterdir()
    DAMAGES[how](folder)
    again = sample(replace(asked, out=tmp_path / "again"))
    assert [one.sha256 for one in again.made] == [one.sha256 for one in whole.made]
