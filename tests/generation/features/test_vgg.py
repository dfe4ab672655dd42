"""VGG has the published shape and names, and pictures reach it as it was trained."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from generation.features import FeatureError, SourceOptions, open_source
from generation.features.vgg import (
    Vgg19Fc6,
    imagenet_pictures,
    resized,
    vgg16,
    vgg19,
)
from generation.features.weights import load_into, read_weights

NAMES_19 = [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]
"""Convolutions of torchvision's vgg19 (spec 1.5)."""


def meta(make: object) -> nn.Module:
    with torch.device("meta"):
        return vgg19() if make is vgg19 else vgg16(20, 101)


def test_vgg19_has_143667240_parameters() -> None:
    # torchvision's documentation of VGG19_Weights.IMAGENET1K_V1: 143667240
    assert sum(p.numel() for p in meta(vgg19).parameters()) == 143_667_240


def test_parameters_are_named_as_torchvision_names_them() -> None:
    names = set(meta(vgg19).state_dict())
    layers = [f"features.{i}" for i in NAMES_19] + [
        f"classifier.{i}" for i in (0, 3, 6)
    ]
    assert names == {f"{n}.{part}" for n in layers for part in ("weight", "bias")}


def test_vgg16_takes_a_stack_of_flow() -> None:
    net = meta(vgg16)
    assert net.state_dict()["features.0.weight"].shape == (64, 20, 3, 3)
    assert net(torch.zeros(2, 20, 224, 224, device="meta")).shape == (2, 101)


def test_the_map_before_pooling_is_14_by_14() -> None:
    with torch.device("meta"):
        net = vgg19()
        pictures = torch.zeros(2, 3, 224, 224)
    assert net.map(pictures).shape == (2, 512, 14, 14)
    assert net.map(pictures, pool=True).shape == (2, 512, 7, 7)
    assert net.fc6(pictures).shape == (2, 4096)


def test_one_value_everywhere_is_standardised_per_channel() -> None:
    pictures = torch.full((1, 3, 300, 400), 128, dtype=torch.uint8)
    shown = imagenet_pictures(pictures)
    assert shown.shape == (1, 3, 224, 224)
    # (128 / 255 - mean) / deviation, torchvision's numbers for ImageNet
    expected = [(128 / 255 - m) / s for m, s in ((0.485, 0.229), (0.456, 0.224))]
    assert shown[0, :2].mean(dim=(1, 2)).tolist() == pytest.approx(expected, abs=1e-4)


def test_scaling_is_antialiased_as_an_imaging_library_does_it() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (300, 512, 3), dtype=np.uint8)
    ours = resized(
        torch.from_numpy(picture.transpose(2, 0, 1).copy())[None].float(), 64
    )
    theirs = Image.fromarray(picture).resize((109, 64), Image.Resampling.BILINEAR)
    assert ours.shape == (1, 3, 64, 109)
    assert np.abs(ours[0].numpy().transpose(1, 2, 0) - np.asarray(theirs)).max() < 1.5


def flat_weights(path: Path, bias: float) -> Path:
    """A whole VGG19 file of zeros, but for fc6's bias; zeros take no room."""
    state = {
        name: torch.zeros(1).expand(tensor.shape)
        for name, tensor in meta(vgg19).state_dict().items()
    }
    state["classifier.0.bias"] = torch.full((4096,), bias)
    torch.save(state, path)
    return path


def test_fc6_is_taken_after_the_rectifier_unless_told(tmp_path: Path) -> None:
    pictures = np.zeros((1, 3, 32, 32), dtype=np.uint8)
    weights = flat_weights(tmp_path / "vgg19.pth", -0.5)
    after = open_source("vgg19", SourceOptions(weights=weights))
    assert after.info.dim == 4096
    assert not after.extract(pictures).any()
    before = Vgg19Fc6(weights, pre_relu=True)
    features = before.extract(pictures)
    assert features.shape == (1, 4096)
    assert features.dtype == np.float16
    assert (features == -0.5).all()
    assert before.info.identity != after.info.identity
    assert before.info.weights == after.info.weights


@pytest.mark.parametrize("name", ["vgg19", "flow", "vgg19+flow"])
def test_without_weights_the_file_needed_and_the_ways_out_are_named(name: str) -> None:
    with pytest.raises(FeatureError) as told:
        open_source(name)
    assert "--features own" in str(told.value)
    assert "--features stub" in str(told.value)
    assert "vgg19-dcbb9e9d.pth" in str(told.value) or "CNN-M-2048" in str(told.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeatureError, match=r"none.pth: no such file; this needs"):
        open_source("vgg19", SourceOptions(weights=tmp_path / "none.pth"))


def small() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1))


def safetensors(path: Path, state: dict[str, torch.Tensor]) -> Path:
    """Written by the format's definition: length, JSON, bytes."""
    import json

    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in state.items():
        data = tensor.numpy().tobytes()
        entry = {"dtype": "F32", "shape": list(tensor.shape)}
        entry["data_offsets"] = [len(body), len(body) + len(data)]
        header[name] = entry  # type: ignore[assignment]
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    return path


def test_both_kinds_of_file_give_the_same_weights(tmp_path: Path) -> None:
    net = small()
    torch.save({"state_dict": net.state_dict()}, tmp_path / "a.pth")
    safetensors(tmp_path / "a.safetensors", net.state_dict())
    for suffix in ("pth", "safetensors"):
        other = small()
        loaded = read_weights(tmp_path / f"a.{suffix}", wanted="a net")
        load_into(other, loaded, wanted="a net")
        assert all(
            torch.equal(one, two)
            for one, two in zip(net.parameters(), other.parameters(), strict=True)
        )


def test_weights_of_another_net_are_refused_by_name(tmp_path: Path) -> None:
    state = small().state_dict()
    cases = {"missing": dict(list(state.items())[1:])}
    cases["unknown"] = {**state, "extra": torch.zeros(1)}
    cases[r"\(5, 3\), not \(2, 3\)"] = {**state, "0.weight": torch.zeros(5, 3)}
    for told, wrong in cases.items():
        torch.save(wrong, tmp_path / "w.pth")
        with pytest.raises(FeatureError, match=told):
            load_into(small(), read_weights(tmp_path / "w.pth", wanted="x"), wanted="x")


@pytest.mark.parametrize("name", ["w.pth", "w.safetensors"])
@pytest.mark.parametrize("data", [b"", b"no weights at all, only text", b"\x00" * 64])
def test_a_file_of_something_else_is_refused(
    tmp_path: Path, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(FeatureError, match=name):
        read_weights(path, wanted="x")
