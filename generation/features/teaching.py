"""Train the encoder of one's own on the training clips, and see what it learned.

Only clips of the training part are read for training: a feature that knew the test
clips' sound would make every figure of the test worthless.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from generation.features.hearing import correlation, frame_levels, mean_of
from generation.features.own import (
    OwnConfig,
    OwnEncoder,
    OwnNet,
    moments,
    save_own,
    squeezed,
)
from generation.features.source import FeatureError

CLIPS, FRAMES = 8, 16
"""Clips of a step, and successive frames of each."""

LEARNING_RATE = 2e-3
SHIFT = 4
"""Px by which squeezed pictures are moved at random."""

StepProgress = Callable[[Iterator[int], int], Iterator[int]]


class TaughtFacts(Protocol):
    """What is asked of a clip's facts."""

    @property
    def is_demo(self) -> bool:
        """Whether it was made to try with."""
        ...


class TaughtClip(Protocol):
    """A clip as the encoder's training knows it."""

    @property
    def clip(self) -> str:
        """Its name."""
        ...

    @property
    def category(self) -> str:
        """Its category."""
        ...

    @property
    def facts(self) -> TaughtFacts:
        """More about it."""
        ...


class TaughtClips(Protocol):
    """Prepared clips: a ClipSet is one."""

    @property
    def train(self) -> Sequence[TaughtClip]:
        """The clips to train on."""
        ...

    @property
    def test(self) -> Sequence[TaughtClip]:
        """The clips held out."""
        ...

    def tokens(self, name: str) -> NDArray[np.uint8]:
        """The sound: (1024 m,), uint8."""
        ...

    def pictures(self, name: str) -> NDArray[np.uint8]:
        """The pictures: (m, 3, height, width), uint8."""
        ...


@dataclass(frozen=True, slots=True)
class SyncRow:
    """How well the loudness expected of held-out pictures follows the loudness heard.

    `own` is the mean correlation over time with the clip's own sound, `other` that with
    the sounds of other held-out clips of its category (None: not defined).
    """

    category: str
    clips: int
    own: float | None
    other: float | None


@dataclass(frozen=True, slots=True)
class SyncCheck:
    """Rows by category, and all clips together."""

    rows: tuple[SyncRow, ...]
    all: SyncRow

    def __str__(self) -> str:
        lines = [f"{'Category':<16} {'Clips':>5} {'Own':>6} {'Others':>6}"]
        lines += [
            f"{row.category:<16} {row.clips:>5} {_told(row.own)} {_told(row.other)}"
            for row in (*self.rows, self.all)
        ]
        return "\n".join(lines) + "\n"


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
    steps: int = 800,
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
    rng = np.random.default_rng(seed)
    adam = torch.optim.AdamW(net.parameters(), lr=LEARNING_RATE, weight_decay=1e-2)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        adam, LEARNING_RATE, total_steps=steps + 1, pct_start=0.1
    )
    counted = iter(range(steps))
    for _ in progress(counted, steps) if progress else counted:
        loss = _loss(net, [_drawn(lessons, rng, net) for _ in range(CLIPS)], device)
        adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        adam.step()
        rate.step()
    is_demo = any(clip.facts.is_demo for clip in taught)
    return save_own(net, out, is_demo=is_demo, steps=steps, seed=seed)


def sync_check(encoder: OwnEncoder, clips: TaughtClips) -> SyncCheck:
    """Hold what the encoder expects of the held-out clips against what they sound like.

    Correlations with other clips' sounds of the same category show what agreement
    comes about without any synchrony.
    """
    rows = []
    every: list[tuple[float | None, float | None]] = []
    for category in sorted({clip.category for clip in clips.test}):
        names = sorted(c.clip for c in clips.test if c.category == category)
        expected = [encoder.tell(clips.pictures(name))[:, 0] for name in names]
        heard = [frame_levels(clips.tokens(name))[:, 0] for name in names]
        pairs = [
            (
                correlation(series, heard[i]),
                mean_of(
                    [correlation(series, h) for j, h in enumerate(heard) if j != i]
                ),
            )
            for i, series in enumerate(expected)
        ]
        rows.append(_row(category, pairs))
        every += pairs
    return SyncCheck(tuple(rows), _row("All", every))


def _row(category: str, pairs: Sequence[tuple[float | None, float | None]]) -> SyncRow:
    own, other = mean_of([p[0] for p in pairs]), mean_of([p[1] for p in pairs])
    return SyncRow(category, len(pairs), own, other)


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


def _loss(
    net: OwnNet, drawn: Sequence[tuple[Tensor, Tensor, Tensor]], device: str
) -> Tensor:
    """Squared error of the levels, and of the loudness's course within each clip."""
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


def _told(value: float | None) -> str:
    return f"{'-':>6}" if value is None else f"{value:>6.2f}"
