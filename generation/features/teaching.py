"""Train the encoder of one's own on the training clips.

Only clips of the training part are read for training: a feature that knew the test
clips' sound would make every figure of the test worthless.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from generation.features.hearing import frame_levels
from generation.features.own import (
    OwnConfig,
    OwnNet,
    moments,
    save_own,
    squeezed,
)
from generation.features.source import FeatureError
from generation.features.taught import TaughtClips

CLIPS, FRAMES = 8, 16
"""Clips of a step, and successive frames of each."""

LEARNING_RATE = 2e-3
SHIFT = 4
"""Px by which squeezed pictures are moved at random."""

StepProgress = Callable[[Iterator[int], int], Iterator[int]]


@dataclass(frozen=True, slots=True)
class _Lesson:
    """A clip in memory: pictures (m, 3, 48, 64), uint8; wanted and shape (m, 9), (m,).

    `shape` is the loudness with the clip's own mean 0 and deviation 1: it weighs when
    things happen as much as what they sound like.
    """

    pictures: Tensor
    wanted: Tensor
    shape: Tensor


def train_own_encoder(  # noqa: PLR0913 - the options of one command, all named
    clips: TaughtClips,
    out: Path,
    *,
    steps: int = 600,
    seed: int = 0,
    device: str = "cpu",
    config: OwnConfig | None = None,
    progress: StepProgress | None = None,
) -> str:
    """Train an encoder on the training part of `clips` and write it to the file `out`.

    The same clips, seed, steps and machine give the same encoder. Returns the sha256 of
    the file; `progress` wraps the steps' numbers, given how many there are. Raises
    FeatureError when there is no training clip or no step.
    """
    if steps < 1:
        raise FeatureError(f"{steps} steps: give 1 or more")
    taught = sorted(clips.train, key=lambda clip: clip.clip)
    if not taught:
        raise FeatureError("no training clip to learn from; prepare some")
    lessons = _lessons(clips, [clip.clip for clip in taught])
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = OwnNet(config or OwnConfig()).to(device)
    with _one_thread():
        counted = iter(range(steps))
        told = progress(counted, steps) if progress else counted
        _teach(net, lessons, told, steps, np.random.default_rng(seed))
    is_demo = any(clip.facts.is_demo for clip in taught)
    return save_own(net, out, is_demo=is_demo, steps=steps, seed=seed)


@contextmanager
def _one_thread() -> Iterator[None]:
    # On a busy machine threads wait for each other longer than a net this small takes.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _teach(
    net: OwnNet,
    lessons: Sequence[_Lesson],
    counted: Iterator[int],
    steps: int,
    rng: np.random.Generator,
) -> None:
    adam = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=1e-2)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        adam, LEARNING_RATE, total_steps=steps + 1, pct_start=0.1
    )
    for _ in counted:
        loss = _loss(net, [_drawn(lessons, rng, net) for _ in range(CLIPS)])
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        rate.step()


def _lessons(clips: TaughtClips, names: Sequence[str]) -> list[_Lesson]:
    levels = [frame_levels(clips.tokens(name)) for name in names]
    whole = np.concatenate(levels)
    mean, deviation = whole.mean(axis=0), np.maximum(whole.std(axis=0), 1.0)
    return list(
        starmap(
            _lesson,
            (
                (clips.pictures(name), heard, (heard - mean) / deviation)
                for name, heard in zip(names, levels, strict=True)
            ),
        )
    )


def _lesson(
    pictures: NDArray[np.uint8],
    heard: NDArray[np.float32],
    wanted: NDArray[np.float32],
) -> _Lesson:
    small = functional.interpolate(
        torch.from_numpy(np.array(pictures)).float(), size=(48, 64), mode="area"
    )
    loud = heard[:, 0]
    shape = (loud - loud.mean()) / max(float(loud.std()), 1.0)
    return _Lesson(
        small.round().to(torch.uint8),
        torch.from_numpy(wanted),
        torch.from_numpy(shape),
    )


def _drawn(
    lessons: Sequence[_Lesson], rng: np.random.Generator, net: OwnNet
) -> tuple[Tensor, Tensor, Tensor]:
    """Successive frames of one clip, mirrored, moved and relit at random."""
    lesson = lessons[int(rng.integers(len(lessons)))]
    frames = len(lesson.pictures)
    first = int(rng.integers(max(frames - FRAMES, 0) + 1))
    part = slice(first, first + FRAMES)
    seen = squeezed(lesson.pictures[part])
    if rng.random() < 0.5:
        seen = seen.flip(3)
    down, right = (int(n) for n in rng.integers(-SHIFT, SHIFT + 1, 2))
    seen = seen.roll((down, right), dims=(2, 3))
    seen = seen * float(rng.uniform(0.7, 1.3)) + float(rng.uniform(-0.2, 0.2))
    shown = moments(seen, motion=net.config.motion)
    return shown, lesson.wanted[part], lesson.shape[part]


def _loss(net: OwnNet, drawn: Sequence[tuple[Tensor, Tensor, Tensor]]) -> Tensor:
    """Squared error of the levels, and of the loudness's course within each clip."""
    device = net.head.weight.device
    shown = torch.cat([one[0] for one in drawn]).to(device)
    wanted = torch.cat([one[1] for one in drawn]).to(device)
    told = net.tell(net(shown))
    levels = functional.mse_loss(told, wanted)
    lengths = [len(one[0]) for one in drawn]
    courses = [
        functional.mse_loss(
            part[:, 0] - part[:, 0].mean(),
            (one[2] - one[2].mean()).to(device),
        )
        for part, one in zip(torch.split(told, lengths), drawn, strict=True)
    ]
    return levels + torch.stack(courses).mean()
