"""Maps have a vector for each place of a picture, stored with channels last."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from generation.features import (
    MAPS,
    VECTORS,
    FeatureCache,
    FeatureError,
    OwnConfig,
    OwnEncoder,
    SourceInfo,
    SourceOptions,
    encoder_of,
    open_source,
    seen_region,
    tells_motion,
)
from generation.features.own import OwnNet, moments, save_own, squeezed
from generation.features.stub import StubMaps
from generation.features.vgg import Vgg19Map, imagenet_pictures, vgg19

PICTURES = np.random.default_rng(0).integers(0, 256, (3, 3, 48, 64), dtype=np.uint8)


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Untrained encoders of both kinds."""
    folder = tmp_path_factory.mktemp("encoders")
    found: dict[str, Path] = {}
    for name, motion in (("own", True), ("own-still", False)):
        torch.manual_seed(1)
        net = OwnNet(OwnConfig(dim=8, width=4, motion=motion))
        found[name] = folder / name
        save_own(net, found[name], is_demo=False, steps=0, seed=0)
    return found


@pytest.mark.parametrize("name", ["own-map", "own-still-map"])
def test_own_maps_are_the_last_convolutions(
    encoders: dict[str, Path], name: str
) -> None:
    path = encoders[encoder_of(name)]
    source = open_source(name, SourceOptions(weights=path))
    assert source.info.shape == (3, 4, 32)
    assert source.info.name == name
    maps = source.extract(PICTURES)
    assert maps.shape == (3, 3, 4, 32)
    assert maps.dtype == np.float16
    net = OwnEncoder(path)._net
    shown = moments(squeezed(torch.from_numpy(PICTURES)), motion=name == "own-map")
    expected = net.convolutions(shown)  # (3, 32, 3, 4)
    assert np.allclose(maps[:, 1, 2], expected[:, :, 1, 2], atol=1e-3)
    # the encoder's vector holds the maximum over places of each channel
    assert np.allclose(
        maps.max(axis=(1, 2)), expected.amax(dim=(2, 3)).numpy(), atol=2e-3
    )
    assert source.info.weights == OwnEncoder(path).info.weights
    assert source.info.identity != OwnEncoder(path).info.identity


def test_an_encoder_of_the_other_kind_is_refused(encoders: dict[str, Path]) -> None:
    with pytest.raises(FeatureError, match="an encoder of kind own-still"):
        open_source("own-map", SourceOptions(weights=encoders["own-still"]))


def test_a_stubs_place_sees_its_patch_alone() -> None:
    source = open_source("stub-map")
    assert source.info.is_stub
    assert source.info.shape == (3, 4, 16)
    changed = PICTURES.copy()
    changed[:, :, 16:32, 32:48] = 255  # the patch in row 1, column 2
    moved = (source.extract(changed) != source.extract(PICTURES)).any(axis=(0, 3))
    assert moved.tolist() == [[False] * 4, [False, False, True, False], [False] * 4]


def random_weights(path: Path) -> dict[str, torch.Tensor]:
    """A whole VGG19 file: random convolutions; dense layers of zeros take no room."""
    with torch.device("meta"):
        names = vgg19().state_dict()
    rng = torch.Generator().manual_seed(5)
    state = {}
    for name, tensor in names.items():
        if not name.startswith("features"):
            state[name] = torch.zeros(1).expand(tensor.shape)
            continue
        state[name] = torch.randn(tensor.shape, generator=rng) * 0.02
    torch.save(state, path)
    return state


def test_vggs_maps_are_conv5_at_14_by_14_or_pooled(tmp_path: Path) -> None:
    state = random_weights(tmp_path / "vgg19.pth")
    given = SourceOptions(weights=tmp_path / "vgg19.pth")
    large, small = open_source("vgg19-map", given), open_source("vgg19-map7", given)
    assert large.info.shape == (14, 14, 512)
    assert small.info.shape == (7, 7, 512)
    shown = imagenet_pictures(torch.from_numpy(PICTURES[:1]))
    # the published net by its definition: 3 x 3 convolutions, pools after 2 2 4 4 4
    at, blocks = 0, []
    for count in (2, 2, 4, 4, 4):
        for _ in range(count):
            weight, bias = state[f"features.{at}.weight"], state[f"features.{at}.bias"]
            shown = functional.relu(functional.conv2d(shown, weight, bias, padding=1))
            at += 2
        blocks.append(shown)
        shown, at = functional.max_pool2d(shown, 2), at + 1
    for source, expected in ((large, blocks[-1]), (small, shown)):
        maps = source.extract(PICTURES[:1])
        wanted = expected[0].permute(1, 2, 0).numpy()
        assert maps[0].shape == wanted.shape
        assert wanted.std() > 1e-4
        assert np.abs(maps[0] - wanted).max() < 1e-3 * np.abs(wanted).max()


def test_vgg_without_weights_names_the_file_needed() -> None:
    for name in ("vgg19-map", "vgg19-map7"):
        with pytest.raises(FeatureError, match=r"vgg19-dcbb9e9d\.pth"):
            open_source(name)
    with pytest.raises(FeatureError, match=r"none\.pth: no such file"):
        Vgg19Map(Path("none.pth"))


def test_maps_are_kept_with_their_places(tmp_path: Path) -> None:
    source = StubMaps(4)
    cache = FeatureCache.create(tmp_path, source.info)
    maps = source.extract(PICTURES)
    cache.store("k", maps)
    again = FeatureCache.open(tmp_path / source.info.identity)
    assert again.info == source.info
    found = again.load("k", len(PICTURES))
    assert found is not None
    assert np.array_equal(found, maps)
    with pytest.raises(FeatureError, match=r"not \(m, 3, 4, 4\) float16"):
        cache.store("k", maps.reshape(3, 12, 4))


def test_an_identity_tells_maps_apart_and_vectors_keep_theirs() -> None:
    base = ("vgg19", 512, 256, "a" * 64, "crop")
    # what the same facts were named before maps could be had
    assert SourceInfo(*base).identity == "vgg19-a8ed9ddfe99f"
    shapes = [(0, 0), (7, 7), (14, 14), (7, 14)]
    found = {SourceInfo(*base, rows=r, columns=c).identity for r, c in shapes}
    assert len(found) == 4


def test_which_sources_tell_motion() -> None:
    moving = {name for name in (*VECTORS, *MAPS) if tells_motion(name)}
    assert moving == {"flow", "vgg19+flow", "own", "own-map"}
    unknown = {name for name in (*VECTORS, *MAPS) if tells_motion(name) is None}
    assert unknown == {"stub", "stub-map"}
    assert tells_motion("flow-cnn-m-2048")
    assert tells_motion("somebodys") is None


def test_a_vgg_map_covers_the_middle_square() -> None:
    # of 256 x 341 px, 224 x 224 are seen; here at a quarter of that
    assert seen_region("vgg19-map7", 64, 85) == (4, 14, 56, 56)
    assert seen_region("own-map", 64, 85) == (0, 0, 64, 85)
