"""A net in a file: what went in comes out, and what is no net is refused."""

import hashlib
import json
import pickle
from dataclasses import replace
from math import log
from pathlib import Path

import pytest
import torch

from generation.checkpoint import (
    CheckpointError,
    FeatureFacts,
    file_sha256,
    load_checkpoint,
    read_archive,
    save_checkpoint,
    write_archive,
)
from generation.nets import SampleRNN
from tests.generation.checkpoint.small import CONFIG, small

HERE = Path(__file__).parent
PYPROJECT = HERE.parents[2] / "pyproject.toml"


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    saved = small()
    digest = save_checkpoint(tmp_path / "one.net", saved)
    found = load_checkpoint(tmp_path / "one.net")
    assert digest == file_sha256(tmp_path / "one.net")
    data = (tmp_path / "one.net").read_bytes()
    assert digest == hashlib.sha256(data).hexdigest()
    for name in ("config", "features", "data", "losses", "step", "epoch", "settings"):
        assert getattr(found, name) == getattr(saved, name), name
    assert found.weights.keys() == saved.weights.keys()
    assert all(torch.equal(found.weights[k], v) for k, v in saved.weights.items())
    features = torch.randn(2, 3, 3)
    assert torch.equal(found.scale(features), saved.scale(features))
    assert found.is_provisional
    assert f'version = "{found.program}"' in PYPROJECT.read_text()


def test_equal_nets_are_equal_files_wherever_they_lie(tmp_path: Path) -> None:
    digests = {save_checkpoint(tmp_path / name, small()) for name in ("a.net", "b")}
    assert len(digests) == 1
    assert save_checkpoint(tmp_path / "a.net", small(seed=6)) not in digests


def test_losses_are_kept_in_nats_and_in_bits(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "one.net", small())
    meta, _ = read_archive(tmp_path / "one.net", "net")
    assert meta["losses"]["test_nats"] == 2.71
    assert meta["losses"]["test_bits"] == pytest.approx(2.71 / log(2), rel=1e-12)
    assert meta["geometry"]["fps"] == "78/5"
    # 15,974.4 Hz
    assert meta["geometry"]["rate"] == "79872/5"


def test_parameters_have_the_names_the_format_fixes(tmp_path: Path) -> None:
    """Pitfall 11: torch's own weight norm renames its parameters between versions."""
    names = small().weights.keys()
    assert not any("parametrizations" in n or n.endswith("weight_g") for n in names)
    assert {"coarse.out.weight", "coarse.out.gain", "encoder.weight_ih_l0"} <= names


def test_a_net_of_torch_2_11_is_read() -> None:
    """Written by torch 2.11.0 with `save_checkpoint(path, small())`."""
    found = load_checkpoint(HERE / "torch_2_11.net")
    assert found.torch_version.startswith("2.11.0")
    assert all(torch.equal(found.weights[k], v) for k, v in small().weights.items())


def test_a_loaded_net_is_the_net_in_eval_mode(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "one.net", small())
    net = load_checkpoint(tmp_path / "one.net").net()
    assert not net.training
    tokens, features = torch.full((1, 16 + 1024), 130), torch.randn(1, 1, 3)
    with torch.no_grad():
        expected = SampleRNN(CONFIG, seed=5)(tokens, features)
        assert torch.equal(net(tokens, features), expected)


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF of another program", pickle.dumps({"kind": "net"}), b"PK\x03\x04" * 9],
)
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "some.net"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"some\.net: no net of this program"):
        load_checkpoint(path)


def test_torch_files_of_others_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.pt"
    for content in ({"weight": torch.ones(2)}, torch.nn.Linear(2, 2), [1, 2]):
        torch.save(content, path)
        with pytest.raises(CheckpointError, match="no net of this program"):
            load_checkpoint(path)
    write_archive(path, "training state", {}, {})
    with pytest.raises(CheckpointError, match="a training state, where a net"):
        load_checkpoint(path)
    with pytest.raises(CheckpointError, match="no such file"):
        load_checkpoint(tmp_path / "nowhere.net")


def test_a_file_cut_short_or_changed_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.net"
    save_checkpoint(path, small())
    whole = path.read_bytes()
    for size in (10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(CheckpointError, match="cut short or damaged"):
            load_checkpoint(path)
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    with pytest.raises(CheckpointError, match="damaged"):
        load_checkpoint(path)


def test_a_newer_file_and_one_of_another_geometry_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "one.net"
    save_checkpoint(path, small())
    content = torch.load(path, weights_only=True)
    torch.save({**content, "version": 3}, path)
    with pytest.raises(CheckpointError, match="version 3, written by a newer program"):
        load_checkpoint(path)
    meta = json.loads(content["meta"])
    meta["geometry"]["fps"] = "25"
    torch.save({**content, "meta": json.dumps(meta)}, path)
    with pytest.raises(CheckpointError, match=r"made for .*'fps': '25'"):
        load_checkpoint(path)
    del content["tensors"]["scale.mean"]
    torch.save(content, path)
    with pytest.raises(CheckpointError, match="incomplete"):
        load_checkpoint(path)


def test_features_of_another_width_are_refused() -> None:
    net = small()
    with pytest.raises(CheckpointError, match="features of 3 numbers does not"):
        replace(net, features=FeatureFacts("vgg-1", "vgg", 4, ""))


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "one.net"
    digest = save_checkpoint(path, small())
    (tmp_path / "file").write_text("")
    with pytest.raises(CheckpointError, match="cannot be written"):
        save_checkpoint(tmp_path / "file" / "one.net", small())
    assert file_sha256(path) == digest


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "one.net"
    digest = save_checkpoint(path, small())
    spoilt = small()
    spoilt.weights["mlp.l2.weight"][0, 0] = float("inf")
    with pytest.raises(CheckpointError, match=r"not written over, weights\.mlp\.l2"):
        save_checkpoint(path, spoilt)
    assert file_sha256(path) == digest
