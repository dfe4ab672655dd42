"""History dropout: upper tiers go without the sound of frames drawn at random."""

from pathlib import Path

import pytest
import torch

from generation.checkpoint import FeatureScale
from generation.nets import SampleRNN, preset
from generation.train.clips import Loader
from generation.train.config import TrainingError
from generation.train.course import ChunkCourse, WindowCourse
from generation.train.draws import silenced
from generation.train.run import Result, train
from generation.train.world import ALONE
from tests.generation.train.prepared import one_thread, prepared, quick

FRAME = 1024
Courses = type[ChunkCourse] | type[WindowCourse]


def drawn(epoch: int, clip: str, *, seed: int = 5, step: int = 0) -> list[bool]:
    found = silenced(
        quick(history_dropout=0.3, seed=seed), epoch, clip, 4000, step=step
    )
    assert found is not None
    return [bool(each) for each in found]


def test_a_share_of_the_frames_is_drawn_anew_each_time() -> None:
    first = drawn(0, "a")
    # binomial: 1,200 of 4,000, deviation 29
    assert abs(sum(first) - 1200) < 5 * 29
    assert drawn(0, "a") == first
    others = drawn(1, "a"), drawn(0, "b"), drawn(0, "a", step=1), drawn(0, "a", seed=6)
    assert all(other != first for other in others)


def test_without_it_every_frame_is_heard() -> None:
    assert silenced(quick(), 0, "a", 10) is None


def test_the_frames_drawn_are_silent_and_no_others(tmp_path: Path) -> None:
    clips = prepared(tmp_path, train=(4, 4))
    load = Loader(clips, FeatureScale(), lead=16)
    away = torch.tensor([False, True, True, False])
    clip = load.take(clips.train[0].clip, 4, silenced=away)
    load.close()
    told = clip.heard[16:].view(4, FRAME)
    sound = clip.tokens[16:].view(4, FRAME)
    assert bool((told[away] == 128).all())
    assert torch.equal(told[~away], sound[~away])
    assert bool((sound[away] != 128).any())
    assert bool((clip.heard[:16] == 128).all())


@pytest.mark.parametrize("course_of", [ChunkCourse, WindowCourse])
def test_upper_tiers_do_not_hear_them_and_the_sample_tier_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, course_of: Courses
) -> None:
    clips = prepared(tmp_path, train=(3, 3))
    net = SampleRNN(preset("ci", "frame", 6), seed=4)
    tiers: list[torch.Tensor] = []
    samples: list[torch.Tensor] = []
    for name, seen in (
        ("read_coarse", tiers),
        ("read_frame", tiers),
        ("read_sample", samples),
    ):
        plain = getattr(net, name)

        def spy(tokens: torch.Tensor, plain=plain, seen=seen) -> torch.Tensor:  # type: ignore[no-untyped-def]
            seen.append(tokens)
            return plain(tokens)  # type: ignore[no-any-return]

        monkeypatch.setattr(net, name, spy)
    load = Loader(clips, FeatureScale(), lead=16)
    config = quick(history_dropout=0.999999)
    course = course_of(clips.train, config, load, ALONE)
    course.begin(0)
    total = course.share(net, 0).total
    course.close()
    assert total is not None
    assert tiers
    assert all(bool((tokens == 128).all()) for tokens in tiers)
    assert all(bool((tokens != 128).any()) for tokens in samples)


@pytest.mark.parametrize("bptt", ["chunk", "coarse_full"])
def test_a_run_taken_up_drops_what_it_would_have_dropped(
    tmp_path: Path, bptt: str
) -> None:
    clips = prepared(tmp_path / "data", train=(3, 2, 3, 2))

    def run(name: str, steps: int, share: float = 0.5) -> Result:
        config = quick(bptt=bptt, steps=steps, history_dropout=share)
        return train(clips, config, tmp_path / name)

    with one_thread():
        run("twice", 3)
        twice = run("twice", 6)
        once = run("once", 6)
        plain = run("plain", 6, share=0.0)
    assert twice.test_nats == once.test_nats
    assert plain.test_nats != once.test_nats


def test_a_run_goes_on_only_with_the_share_it_was_begun_with(tmp_path: Path) -> None:
    clips = prepared(tmp_path / "data")
    train(clips, quick(steps=1), tmp_path / "run")
    with pytest.raises(TrainingError, match=r"history_dropout was 0\.0, now 0\.5"):
        train(clips, quick(steps=2, history_dropout=0.5), tmp_path / "run")


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_senseless_share_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="from 0 to below 1"):
        quick(history_dropout=share)
