"""What a step computes: rows begin on their own, and nothing leaks between them."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from generation.checkpoint import FeatureScale
from generation.dataset.clipset import ClipSet
from generation.nets import METHODS, Method, SampleRNN, clip_nats, preset
from generation.train.clips import Loader
from generation.train.config import TrainConfig
from generation.train.course import ChunkCourse, WindowCourse
from generation.train.plan import plan_epoch
from generation.train.world import ALONE, World
from tests.generation.train.prepared import prepared, quick


def net_of(method: Method, seed: int = 1) -> SampleRNN:
    net = SampleRNN(replace(preset("ci", method, 6), dim=12, embedding=5), seed=seed)
    rng = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=rng))
    return net.double()


def chunks(
    clips: ClipSet, config: TrainConfig, world: World = ALONE, scale: float = 1.0
) -> ChunkCourse:
    zscore = FeatureScale("zscore", torch.full((6,), 3.0), torch.full((6,), scale))
    return ChunkCourse(clips.train, config, Loader(clips, zscore, lead=16), world)


@pytest.mark.parametrize("method", METHODS)
def test_an_epoch_in_chunks_costs_what_its_clips_cost_one_by_one(
    tmp_path: Path, method: Method
) -> None:
    """Pitfalls 7 to 9: another clip's state, feature or reset would change the sum."""
    clips = prepared(tmp_path, train=(3, 1, 4, 2, 2))
    net = net_of(method)
    course = chunks(clips, quick(method))
    steps = course.begin(0)
    shares = [course.share(net, step) for step in range(steps)]
    course.close()
    totals = [share.total for share in shares if share.total is not None]
    summed = sum(total.item() for total in totals)
    alone = 0.0
    for clip in clips.train:
        batch = clips.native_batch([clip.clip])
        seen = (batch.features.double() - 3).float()
        alone += clip_nats(net, batch.tokens, seen, batch.lengths).item()
    assert summed == pytest.approx(alone, rel=1e-9)
    assert sum(share.count for share in shares) == (3 + 1 + 4 + 2 + 2) * 1024


@pytest.mark.parametrize("method", METHODS)
def test_the_video_is_heard_at_the_first_sample(tmp_path: Path, method: Method) -> None:
    """Pitfall 8: a learned first state must not replace the encoder's."""
    clips = prepared(tmp_path)
    net = net_of(method)
    losses = []
    for scale in (1.0, 3.0):
        course = chunks(clips, quick(method), scale=scale)
        course.begin(0)
        total = course.share(net, 0).total
        assert total is not None
        losses.append(total.item())
        course.close()
    assert losses[0] != losses[1]


def encoder_gradients(net: SampleRNN, totals: list[torch.Tensor]) -> list[float]:
    assert net.encoder is not None
    weights = net.encoder.get_parameter("weight_ih_l0")
    found = [
        torch.autograd.grad(total, weights, retain_graph=True, allow_unused=True)[0]
        for total in totals
    ]
    return [0.0 if each is None else float(each.abs().max()) for each in found]


@pytest.mark.parametrize("method", ["seq", "flow"])
def test_chunks_teach_the_encoder_at_first_steps_alone(
    tmp_path: Path, method: Method
) -> None:
    """Pitfall 10: why coarse_full is what `auto` means for seq and flow."""
    clips = prepared(tmp_path, train=(3, 3))
    net = net_of(method)
    course = chunks(clips, quick(method, bptt="chunk"))
    totals = [course.share(net, step).total for step in range(course.begin(0))]
    course.close()
    taught = encoder_gradients(net, [total for total in totals if total is not None])
    assert taught[0] > 0
    assert taught[1:] == [0.0, 0.0]
    assert quick(method).truncation == "coarse_full"
    assert quick("frame").truncation == "chunk"


@pytest.mark.parametrize("method", ["seq", "flow"])
def test_windows_teach_the_encoder_wherever_they_lie(
    tmp_path: Path, method: Method
) -> None:
    clips = prepared(tmp_path, train=(5, 5))
    net = net_of(method)
    for number in range(4):
        config = quick(method, windows=1, seed=number)
        load = Loader(clips, FeatureScale(), lead=16)
        course = WindowCourse(clips.train, config, load, ALONE)
        course.begin(0)
        share = course.share(net, 0)
        course.close()
        assert share.count == 2 * 1024
        assert share.total is not None
        assert encoder_gradients(net, [share.total])[0] > 0


def test_an_epoch_of_windows_looks_at_as_many_samples_as_there_are(
    tmp_path: Path,
) -> None:
    clips = prepared(tmp_path, train=(6, 6, 6))
    for windows in (1, 2, 3, 6):
        config = quick("seq", windows=windows)
        load = Loader(clips, FeatureScale(), lead=16)
        course = WindowCourse(clips.train, config, load, ALONE)
        steps = course.begin(1)
        counts = [course.share(net_of("seq"), step).count for step in range(steps)]
        course.close()
        assert sum(counts) == 3 * 6 * 1024


@pytest.mark.parametrize("course_of", [ChunkCourse, WindowCourse])
def test_shares_of_three_processes_are_the_whole(
    tmp_path: Path, course_of: type[ChunkCourse] | type[WindowCourse]
) -> None:
    clips = prepared(tmp_path, train=(3, 1, 2, 2, 1))
    net = net_of("seq")
    config = quick("seq", batch=4, history_dropout=0.5)
    totals = []
    for size in (1, 3):
        summed = 0.0
        for rank in range(size):
            load = Loader(clips, FeatureScale(), lead=16)
            course = course_of(clips.train, config, load, World(rank=rank, size=size))
            for step in range(course.begin(2)):
                total = course.share(net, step).total
                summed += 0.0 if total is None else total.item()
            course.close()
        totals.append(summed)
    assert totals[0] == pytest.approx(totals[1], rel=1e-9)


@given(
    frames=st.lists(st.integers(1, 9), min_size=1, max_size=12),
    lanes=st.integers(1, 5),
)
def test_a_plan_plays_every_frame_of_every_clip_once(
    frames: list[int], lanes: int
) -> None:
    plan = plan_epoch([(str(i), m) for i, m in enumerate(frames)], lanes)
    played = [
        (place.clip, place.frame)
        for step in range(plan.steps)
        for place in plan.at(step, range(lanes))
    ]
    everything = [(str(i), f) for i, m in enumerate(frames) for f in range(m)]
    assert sorted(played) == sorted(everything)
    assert plan.steps >= -(-sum(frames) // lanes)
    assert not plan.at(plan.steps, range(lanes))


def test_epochs_see_clips_in_other_orders_whatever_the_listing(tmp_path: Path) -> None:
    clips = prepared(tmp_path, train=(1,) * 8)
    orders = []
    for listed in (clips.train, clips.train[::-1]):
        load = Loader(clips, FeatureScale(), lead=16)
        course = ChunkCourse(listed, quick(), load, ALONE)
        for epoch in range(2):
            course.begin(epoch)
            plan = course._plan
            orders.append([turn.clip for lane in plan.lanes for turn in lane])
        course.close()
    assert orders[:2] == orders[2:]
    assert orders[0] != orders[1]
