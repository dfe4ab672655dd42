"""A checkpoint's feature source is opened from its weights, or what lacks is named."""

from pathlib import Path

import pytest
import torch

from generation.checkpoint import FeatureFacts
from generation.features.own import (
    OwnConfig,
    OwnEncoder,
    OwnMaps,
    OwnNet,
    save_own,
)
from generation.features.source import SourceInfo
from generation.features.stub import StubFeatures, StubMaps
from generation.sample import SampleError
from generation.sample.sources import open_source


def facts(info: SourceInfo) -> FeatureFacts:
    return FeatureFacts(
        info.identity, info.name, info.dim, info.weights, is_stub=info.is_stub
    )


def encoder(path: Path, seed: int) -> Path:
    torch.manual_seed(seed)
    save_own(OwnNet(OwnConfig(dim=8, width=4)), path, is_demo=True, steps=1, seed=seed)
    return path


def test_the_stub_needs_no_file() -> None:
    info = StubFeatures(12).info
    assert open_source(facts(info), []).info == info


def test_weights_are_found_by_their_content_in_a_folder(tmp_path: Path) -> None:
    encoder(tmp_path / "a.encoder", 1)
    wanted = OwnEncoder(encoder(tmp_path / "b.encoder", 2)).info
    (tmp_path / "c.pt").write_bytes(b"no weights")
    assert open_source(facts(wanted), [tmp_path]).info == wanted


def test_maps_are_found_by_their_encoder(tmp_path: Path) -> None:
    wanted = OwnMaps(encoder(tmp_path / "a.encoder", 1)).info
    found = open_source(facts(wanted), [tmp_path])
    assert found.info == wanted
    assert found.info.is_map
    stub = StubMaps(5).info
    assert open_source(facts(stub), []).info == stub


def test_a_missing_weights_file_is_named_with_what_would_do(tmp_path: Path) -> None:
    wanted = FeatureFacts("vgg19-0123456789ab", "vgg19", 4096, "f" * 64)
    with pytest.raises(SampleError) as caught:
        open_source(wanted, [tmp_path])
    text = str(caught.value)
    assert "vgg19-dcbb9e9d.pth" in text  # torchvision's name of the file
    assert f"sha256 {'f' * 64}" in text
    assert str(tmp_path) in text
    assert "--weights" in text


def test_both_files_of_two_sources_are_named() -> None:
    wanted = FeatureFacts("x", "vgg19+flow-cnn-m-2048", 8192, "e" * 64)
    with pytest.raises(SampleError, match=r"VGG19 file .* and a state_dict of CNN-M"):
        open_source(wanted, [])


def test_a_source_that_cannot_be_opened_here_says_what_to_do() -> None:
    wanted = FeatureFacts("x", "somebodys", 16, "")
    with pytest.raises(SampleError, match="name the prepared folder as --data"):
        open_source(wanted, [])
