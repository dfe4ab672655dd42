"""The encoder of one's own learns what is heard from what is seen, and only there."""

from pathlib import Path

import numpy as np
import pytest
import torch

from generation.dataset import ClipSet, load_clips
from generation.features import (
    FeatureError,
    OwnConfig,
    OwnEncoder,
    SourceOptions,
    open_source,
    train_own_encoder,
)
from generation.features.hearing import frame_levels
from generation.features.own import OwnNet, load_own, moments, squeezed
from tests.generation.dataset.folders import prepared

TINY = OwnConfig(dim=8, width=4, side=16)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> ClipSet:
    """Eight clips as bright as they are loud; three of them held out."""
    frames = {f"Dog/{number}": 20 + number for number in range(8)}
    folder = prepared(tmp_path_factory.mktemp("set"), frames, tests=3)
    return load_clips(folder)


@pytest.fixture(scope="module")
def trained(clips: ClipSet) -> Path:
    """An encoder after sixty steps."""
    path = clips.folder / "own.pt"
    train_own_encoder(clips, path, steps=60, seed=3, config=TINY)
    return path


def expected(net: OwnNet, pictures: np.ndarray) -> np.ndarray:
    """The loudness that a net expects at each frame, standardised: (m,)."""
    with torch.inference_mode():
        seen = moments(squeezed(torch.from_numpy(np.array(pictures))))
        return net.tell(net(seen))[:, 0].numpy()


def test_held_out_loudness_is_told_from_the_pictures(
    clips: ClipSet, trained: Path
) -> None:
    net = load_own(trained)[0]
    names = [clip.clip for clip in clips.test]
    told = [expected(net, clips.pictures(name))[:20] for name in names]
    heard = [frame_levels(clips.tokens(name))[:20, 0] for name in names]
    r = np.corrcoef(told, heard)[: len(names), len(names) :]
    own, other = r.diagonal().mean(), r[~np.eye(len(names), dtype=bool)].mean()
    assert own > 0.6
    assert own > other + 0.4


def test_held_out_clips_are_not_read_in_training(
    clips: ClipSet, trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_out = {clip.clip for clip in clips.test}
    read: list[str] = []
    original = ClipSet.tokens

    def listening(self: ClipSet, name: str) -> object:
        read.append(name)
        return original(self, name)

    monkeypatch.setattr(ClipSet, "tokens", listening)
    train_own_encoder(clips, tmp_path / "x.pt", steps=1, config=TINY)
    assert read
    assert not set(read) & held_out


def test_the_same_seed_gives_the_same_encoder(clips: ClipSet, tmp_path: Path) -> None:
    before = torch.random.get_rng_state()
    hashes = [
        train_own_encoder(clips, tmp_path / f"{n}.pt", steps=3, seed=s, config=TINY)
        for n, s in enumerate((1, 1, 2))
    ]
    assert hashes[0] == hashes[1] != hashes[2]
    assert torch.equal(torch.random.get_rng_state(), before)


def test_features_are_one_vector_a_frame_and_carry_the_files_hash(
    clips: ClipSet, trained: Path
) -> None:
    source = open_source("own", SourceOptions(weights=trained))
    features = source.extract(clips.pictures("Dog/0"))
    assert features.shape == (20, 8)
    assert features.dtype == np.float16
    assert len(source.info.weights) == 64
    assert not source.info.is_stub
    assert OwnEncoder(trained).is_demo


def test_a_still_encoder_does_not_see_motion(clips: ClipSet, tmp_path: Path) -> None:
    path = tmp_path / "still.pt"
    still = OwnConfig(dim=8, width=4, side=16, motion=False)
    train_own_encoder(clips, path, steps=2, config=still)
    source = open_source("own-still", SourceOptions(weights=path))
    pictures = np.asarray(clips.pictures("Dog/0"))
    backwards = source.extract(pictures[::-1].copy())[::-1]
    assert np.allclose(source.extract(pictures), backwards, atol=1e-2)
    with pytest.raises(FeatureError, match="an encoder of kind own-still"):
        open_source("own", SourceOptions(weights=path))


def test_changes_between_five_frames_are_seen() -> None:
    pictures = torch.zeros(6, 3, 48, 64)
    pictures[3:] = 0.25
    seen = moments(pictures)
    assert seen.shape == (6, 7, 48, 64)
    # the step from frame 2 to 3 is the first change after frame 2, the second before 4
    assert seen[2, 3:, 0, 0].tolist() == [0, 0, 1.0, 0]
    assert seen[4, 3:, 0, 0].tolist() == [1.0, 0, 0, 0]
    assert not moments(pictures, motion=False)[:, 3:].any()


def test_the_default_encoder_is_small() -> None:
    count = sum(p.numel() for p in OwnNet(OwnConfig()).parameters())
    assert 300_000 < count < 2_000_000


def test_levels_are_those_of_the_sound() -> None:
    # a full-scale square wave of 127/128: 0 dB; silence: the floor of -60
    square = np.tile(np.repeat(np.array([1, 255], np.uint8), 16), 32)
    silence = np.full(1024, 128, dtype=np.uint8)
    levels = frame_levels(np.concatenate([square, silence]))
    assert levels.shape == (2, 9)
    assert levels[0, 0] == pytest.approx(-0.07, abs=0.01)
    assert (levels[1] == -60).all()
    # 15,974.4 / 32 = 499 Hz lies in the fourth band of eight, 368 to 674 Hz
    assert levels[0, 1:].argmax() == 3


@pytest.mark.parametrize("data", [b"", b"text", b"PK\x03\x04"])
def test_a_file_without_encoder_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "own.pt"
    path.write_bytes(data)
    with pytest.raises(FeatureError, match=r"own.pt: no encoder in it"):
        OwnEncoder(path)
    with pytest.raises(FeatureError, match="--features own"):
        OwnEncoder(tmp_path / "none.pt")


def test_nothing_is_learned_from_nothing(clips: ClipSet, tmp_path: Path) -> None:
    with pytest.raises(FeatureError, match="0 steps"):
        train_own_encoder(clips, tmp_path / "x.pt", steps=0)
    with pytest.raises(FeatureError, match="no training clip"):
        train_own_encoder(clips.only(part="test"), tmp_path / "x.pt", steps=1)
