"""Where nets with attention look is drawn over the frames, and told in numbers."""

from dataclasses import replace
from io import BytesIO
from math import log
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from generation.__main__ import main
from generation.checkpoint import Checkpoint, load_checkpoint
from generation.dataset import ClipSet, extract_features, load_clips
from generation.experiments import ExperimentError
from generation.experiments.looks import Looks, looks_of, looks_picture
from generation.fast import Draws
from generation.features.stub import StubFeatures, StubMaps
from generation.nets import naive_generate
from generation.train import train
from tests.generation.dataset.folders import prepared
from tests.generation.train.prepared import one_thread, quick

CLIP = "Dog/3"


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> ClipSet:
    """Four clips of 2 to 4 frames, the last held out, with maps of 3 x 4 places."""
    folder = tmp_path_factory.mktemp("set")
    frames = {"Dog/0": 2, "Dog/1": 3, "Dog/2": 4, CLIP: 3}
    found = load_clips(prepared(folder, frames))
    made = extract_features(found, StubMaps(5, side=16), workers=1)
    return found.with_features(made.identity)


@pytest.fixture(scope="module")
def trained(clips: ClipSet) -> Path:
    """The best net of a short training, looking at places unevenly."""
    with one_thread():
        train(clips, quick(attention=True, epochs=1, rate=0.05), clips.folder / "run")
    return clips.folder / "run" / "best.net"


def looked(checkpoint: Checkpoint, clips: ClipSet, tokens: torch.Tensor) -> np.ndarray:
    """The maps that the whole net gives, teacher-forced: (m, 3, 4)."""
    seen = checkpoint.scale(clips.native_batch([CLIP]).features)
    with torch.no_grad():
        return checkpoint.net().look(tokens, seen)[1][0].numpy()


def test_maps_are_those_of_the_whole_net_on_the_clips_sound(
    clips: ClipSet, trained: Path
) -> None:
    checkpoint = load_checkpoint(trained)
    found = looks_of(checkpoint, clips, CLIP)
    expected = looked(checkpoint, clips, clips.native_batch([CLIP]).tokens)
    assert found.shares.shape == (3, 3, 4)
    assert np.allclose(found.shares, expected, atol=1e-6)
    assert np.allclose(found.shares.sum(axis=(1, 2)), 1, atol=1e-5)
    assert found.shares.std() > 1e-4
    assert found.is_demo


def test_maps_are_those_of_the_sound_that_sampling_makes(
    clips: ClipSet, trained: Path
) -> None:
    checkpoint = load_checkpoint(trained)
    net = checkpoint.net()
    seen = checkpoint.scale(clips.native_batch([CLIP]).features)
    made = naive_generate(net, seen, None, Draws(3, [CLIP], "frame")(0, 3 * 1024))
    expected = looked(checkpoint, clips, torch.cat([net.prompt(1), made], dim=1))
    found = looks_of(checkpoint, clips, CLIP, generates=True, seed=3)
    assert np.allclose(found.shares, expected, atol=1e-4)
    real = looks_of(checkpoint, clips, CLIP)
    # before the first sample nothing was heard
    assert np.allclose(found.shares[0], real.shares[0], atol=1e-6)
    assert not np.allclose(found.shares[1:], real.shares[1:], atol=1e-6)


def looks(shares: np.ndarray, **changes: object) -> Looks:
    given = Looks(
        clip="one",
        category="Dog",
        shares=shares.astype(np.float32),
        pictures=np.zeros((len(shares), 3, 48, 64), dtype=np.uint8),
        region=(0, 0, 48, 64),
        heard="the clip's sound",
        is_demo=False,
    )
    return replace(given, **changes)  # type: ignore[arg-type]


def test_the_place_looked_at_is_bright_and_where_it_is() -> None:
    shares = np.full((1, 3, 4), 0.02)
    shares[0, 1, 2] = 0.78
    page = np.asarray(Image.open(BytesIO(looks_picture(looks(shares), frames=1))))
    bright = page.astype(int).sum(axis=2)
    # title of 20 px and gaps of 8 px; a picture of 176 x 132 px, and the map below it
    lower = bright[28 + 132 + 8 :][:132, 8 : 8 + 176]
    places = lower.reshape(3, 44, 4, 44).mean(axis=(1, 3))
    assert np.unravel_index(places.argmax(), (3, 4)) == (1, 2)
    assert places[1, 2] > 3 * np.delete(places.ravel(), 6).max()
    # the picture itself stands above, here black
    assert not bright[28 + 4 : 28 + 128, 12 : 8 + 170].any()


def test_what_a_map_does_not_cover_is_not_coloured() -> None:
    shares = np.full((1, 2, 2), 0.25)
    part = looks(shares, region=(0, 16, 48, 32))
    page = np.asarray(Image.open(BytesIO(looks_picture(part, frames=1))))
    lower = page.astype(int).sum(axis=2)[28 + 132 + 8 :][:132, 8 : 8 + 176]
    assert lower[:, 60:116].min() > 300
    assert lower[:, :36].max() == lower[:, 140:].max() == 0


def test_pictures_of_demo_clips_have_a_line_that_says_so() -> None:
    shares = np.full((4, 2, 2), 0.25)
    plain, labelled = (
        Image.open(BytesIO(looks_picture(looks(shares, is_demo=demo))))
        for demo in (False, True)
    )
    assert labelled.height > plain.height
    # a clip of four frames has no six key frames
    assert plain.width == 8 + 4 * (176 + 8)
    with pytest.raises(ExperimentError, match="give 1 or more"):
        looks_picture(looks(shares), frames=0)


def test_numbers_are_those_worked_out_by_hand() -> None:
    even, single = np.full((2, 2), 0.25), np.array([[1.0, 0], [0, 0]])
    assert looks(np.stack([even] * 3)).evenness == pytest.approx(1)
    assert looks(np.stack([single] * 3)).evenness == pytest.approx(0)
    both = looks(np.stack([even, single]))
    assert both.evenness == pytest.approx(0.5)
    # the largest shares are 1 and 4 times an even one
    assert both.peak == pytest.approx(2.5)
    # three quarters came from the other places
    assert both.moved == pytest.approx(0.75)
    half = looks(np.array([[[0.5, 0.5], [0, 0]]]))
    assert half.evenness == pytest.approx(log(2) / log(4))
    assert half.moved == 0


def test_the_command_writes_pictures_and_numbers(
    clips: ClipSet, trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["maps", str(clips.folder), str(trained), "--out", str(tmp_path / "maps")]
    assert main(given) == 0
    told = capsys.readouterr().out
    assert "DEMO: of demo clips and stub features, for trying only.\n" in told
    assert "Dog       Dog/3       3      12" in told
    (numbers,) = (tmp_path / "maps").glob("*.npy")
    expected = looks_of(load_checkpoint(trained), clips, CLIP).shares
    assert np.array_equal(np.load(numbers), expected)
    picture = Image.open(numbers.with_suffix(".png"))
    assert picture.format == "PNG"
    assert picture.width == 8 + 3 * (176 + 8)
    assert main([*given, "--clip", "Dog/0", "--clip", "Dog/1"]) == 0
    assert len(list((tmp_path / "maps").glob("*.png"))) == 3
    capsys.readouterr()
    assert main([*given, "--clip", "Cat/1"]) == 1
    assert "Cat/1: not a clip" in capsys.readouterr().err


def test_a_net_without_attention_has_no_maps(
    clips: ClipSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = extract_features(clips, StubFeatures(6, side=16), workers=1)
    train(clips.with_features(made.identity), quick(epochs=1), tmp_path / "run")
    net = str(tmp_path / "run" / "best.net")
    assert main(["maps", str(clips.folder), net, "--out", str(tmp_path / "maps")]) == 1
    assert "train --method frame --attention" in capsys.readouterr().err
    assert not (tmp_path / "maps").exists()
