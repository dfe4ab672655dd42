"""An encoder that is given to `prepare` lies in the prepared folder afterwards."""

from pathlib import Path

import torch

from generation.__main__ import main
from generation.features.own import OwnConfig, OwnNet, save_own
from tests.generation.makers import video


def test_an_encoder_given_is_kept_with_what_it_made(tmp_path: Path) -> None:
    (tmp_path / "clips" / "cat").mkdir(parents=True)
    for name in ("one", "two"):
        video(tmp_path / "clips" / "cat" / f"{name}.mp4", seconds=0.2)
    torch.manual_seed(1)
    net = OwnNet(OwnConfig(dim=8, width=4))
    taught = save_own(net, tmp_path / "elsewhere.pt", is_demo=True, steps=1, seed=1)
    out = tmp_path / "prepared"
    given = ["prepare", str(tmp_path / "clips"), "--layout", "folder"]
    given += ["--split", "last", "--test", "1", "--out", str(out)]
    given += ["--features", "own", "--weights", str(tmp_path / "elsewhere.pt")]
    for _ in range(2):
        assert main(given) == 0
    (kept,) = out.glob("*.encoder")
    assert kept.name == f"own-given-{taught[:12]}.encoder"
    assert kept.read_bytes() == (tmp_path / "elsewhere.pt").read_bytes()
