"""Weights of temporal nets are read as MatConvNet saves them, whatever their names."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.io import savemat
from torch import Tensor, nn
from torch.nn import functional

from generation.__main__ import main
from generation.checkpoint import FeatureFacts
from generation.dataset import load_clips
from generation.features import FeatureError, SourceOptions, open_source
from generation.features.matconvnet import read_matconvnet
from generation.features.temporal import CnnM2048
from generation.features.weights import layers_of
from generation.sample import sources
from tests.generation.makers import video

LAYERS = {"conv1": 4, "fc6": 2, "fc7": 2}


def kernels() -> list[tuple[np.ndarray, np.ndarray]]:
    """A convolution of 3 x 2 px, a dense layer of a map of 4 x 5, another of that."""
    rng = np.random.default_rng(0)
    shapes = ((3, 2, 2, 6), (4, 5, 6, 7), (1, 1, 7, 3))
    return [
        (rng.normal(size=shape).astype(np.float32), rng.normal(size=(1, shape[-1])))
        for shape in shapes
    ]


def cell(*found: object) -> np.ndarray:
    """A cell array, in one row."""
    out = np.empty((1, len(found)), dtype=object)
    for place, one in enumerate(found):
        out[0, place] = one
    return out


def saved(path: Path, kind: str) -> Path:
    """The net of `kernels` as layers in a row, as those of before 2015, or a graph."""
    parts: list[dict[str, object]] = []
    for number, (kernel, bias) in enumerate(kernels()):
        name, own = f"layer{number}", {"type": "conv"}
        if kind == "graph":
            parts += [{"name": f"{name}f", "value": kernel}]
            parts += [{"name": f"{name}b", "value": bias}]
        elif kind == "old":
            parts += [{**own, "filters": kernel, "biases": bias}, {"type": "relu"}]
        else:
            weights = {"weights": cell(kernel, bias)}
            parts += [{**own, **weights}, {"type": "relu", "weights": cell()}]
    if kind == "graph":
        whole = np.array([[(p["name"], p["value"]) for p in parts]], dtype=object)
        params = np.empty((1, len(parts)), dtype=[("name", object), ("value", object)])
        for place, (name, value) in enumerate(whole[0]):
            params[0, place] = (name, value)
        savemat(path, {"net": {"params": params, "layers": np.zeros((0, 0))}})
    else:
        savemat(path, {"layers": cell(*parts), "meta": {"inputs": 1}})
    return path


def plainly(picture: np.ndarray) -> np.ndarray:
    """What MatConvNet computes of (h, w, c), by its manual: sums over h, w and c."""
    for kernel, bias in kernels():
        both = zip(picture.shape[:2], kernel.shape[:2], strict=True)
        high, wide = (size - side + 1 for size, side in both)
        out = np.empty((high, wide, kernel.shape[-1]))
        for y in range(high):
            for x in range(wide):
                seen = picture[y : y + kernel.shape[0], x : x + kernel.shape[1]]
                out[y, x] = np.einsum("hwc,hwco->o", seen, kernel) + bias[0]
        picture = out
    return picture.ravel()


def ours(tensors: Mapping[str, Tensor], picture: np.ndarray) -> np.ndarray:
    """The same by our layers, of (c, height, width)."""
    own = {name: tensor.double() for name, tensor in tensors.items()}
    seen = torch.from_numpy(picture).permute(2, 0, 1)[None]
    maps = functional.conv2d(seen, own["conv1.weight"], own["conv1.bias"])
    dense = functional.linear(maps.flatten(1), own["fc6.weight"], own["fc6.bias"])
    return functional.linear(dense, own["fc7.weight"], own["fc7.bias"])[0].numpy()


@pytest.mark.parametrize("kind", ["row", "old", "graph"])
def test_layers_compute_what_they_did(tmp_path: Path, kind: str) -> None:
    found = read_matconvnet(saved(tmp_path / "net.mat", kind), LAYERS)
    picture = np.random.default_rng(1).normal(size=(6, 6, 2))
    assert np.allclose(ours(found, picture), plainly(picture), atol=1e-5)


def test_layers_are_those_of_the_net_in_order() -> None:
    with torch.device("meta"):
        found = layers_of(CnnM2048())
    dense = ["fc6", "fc7", "fc8"]
    assert list(found) == [*(f"conv{n}" for n in range(1, 6)), *dense]
    assert [name for name, dimensions in found.items() if dimensions == 2] == dense


def test_what_is_no_such_net_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "net.mat", "row")
    with pytest.raises(FeatureError, match=r"3 layers with weights, not 1 \(conv1\)"):
        read_matconvnet(path, {"conv1": 4})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FeatureError, match=r"net.mat: not to be read"):
        read_matconvnet(path, LAYERS)
    path.write_bytes(b"MATLAB 7.3 MAT-file, Platform: GLNXA64")
    with pytest.raises(FeatureError, match="save it with -v7"):
        read_matconvnet(path, LAYERS)
    savemat(path, {"images": np.zeros(3)})
    with pytest.raises(FeatureError, match="no net of MatConvNet"):
        read_matconvnet(path, LAYERS)


@pytest.mark.parametrize(
    ("kernel", "told"),
    [
        (np.ones((3, 3, 1, 8)), r"layer conv1: a kernel of shape \(3, 3, 8\)"),
        (np.ones((3, 2, 2, 6)) * 1j, "layer conv1: .* no real number"),
        ("hello", "layer conv1: .* no real number"),
    ],
)
def test_what_is_no_kernel_is_told_with_its_layer(
    tmp_path: Path, kernel: object, told: str
) -> None:
    layer = {"type": "conv", "weights": cell(kernel, np.ones((1, 6)))}
    savemat(tmp_path / "net.mat", {"layers": cell(layer)})
    with pytest.raises(FeatureError, match=rf"net\.mat: {told}"):
        read_matconvnet(tmp_path / "net.mat", {"conv1": 4})


def test_weights_of_pictures_are_not_taken_from_it(tmp_path: Path) -> None:
    # MatConvNet's VGG wants other pictures: mean subtracted, not standardised
    path = saved(tmp_path / "net.mat", "row")
    with pytest.raises(FeatureError, match=r"MATLAB's; this needs a VGG19 file"):
        open_source("vgg19", SourceOptions(weights=path))


def flat_net(path: Path) -> Path:
    """CNN-M-2048 for flow, all weights 0, and fc6's biases 0.25."""
    with torch.device("meta"):
        net = CnnM2048()
    layers = []
    for name, part in net.named_children():
        if isinstance(part, nn.Conv2d | nn.Linear):
            shape = part.weight.shape
            if name == "fc6":
                shape = torch.Size((4096, 512, 6, 6))
            kernel = np.zeros((*shape[2:], *shape[1::-1]), dtype=np.float32)
            if kernel.ndim == 2:
                kernel = kernel[None, None]
            bias = np.full(shape[0], 0.25 if name == "fc6" else 0.0, dtype=np.float32)
            layers.append({"type": "conv", "weights": cell(kernel, bias)})
    savemat(path, {"layers": cell(*layers)}, do_compression=True)
    return path


@pytest.mark.slow
def test_prepare_and_sampling_take_it_for_flow(tmp_path: Path) -> None:
    (tmp_path / "tree" / "cat").mkdir(parents=True)
    for name in ("one", "two"):
        video(tmp_path / "tree" / "cat" / f"{name}.mp4", seconds=0.2)
    given = ["prepare", str(tmp_path / "tree"), "--layout", "folder", "--test", "1"]
    given += ["--out", str(tmp_path / "out"), "--features", "flow", "--workers", "1"]
    weights = flat_net(tmp_path / "temporal.mat")
    assert main([*given, "--flow-weights", str(weights)]) == 0
    identity = next((tmp_path / "out" / "features").iterdir()).name
    clips = load_clips(tmp_path / "out", features=identity)
    found = clips.features("cat/one")
    assert found.shape == (3, 4096)
    assert (found == 0.25).all()
    # and sampling, which is given the folder that it lies in, finds it there
    assert clips.cache is not None
    info = clips.cache.info
    facts = FeatureFacts(info.identity, info.name, info.dim, info.weights)
    assert sources.open_source(facts, [tmp_path]).info == info
