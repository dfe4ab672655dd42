"""What a net has learned of held-out clips, against two controls.

One control is the same net with the clips of a category dealt out wrongly: the sound of
one clip under the video of another. The other is the net before its first step. A net
that follows the video beats both twice: it finds a clip's sound likelier under its own
video, and what it makes for a video keeps time with that video's sound.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.checkpoint import Checkpoint, weights_of
from generation.dataset import ClipSet
from generation.experiments.controls import (
    Against,
    Square,
    losses_against,
    sync_against,
    synchrony,
)
from generation.experiments.evaluation import AVERAGE
from generation.experiments.hearing import Hearing, hear
from generation.experiments.likelihood import score_matrix
from generation.experiments.metrics import TELLING
from generation.experiments.onsets import Onsets
from generation.experiments.rows import ExperimentError
from generation.experiments.scoring import CheckpointScorer, heard_clips
from generation.experiments.truth import is_untold
from generation.fast import Waits
from generation.media import Sound
from generation.nets import SampleRNN
from generation.quantize import OUT_RATE
from generation.sample.engines import Voice
from generation.sample.making import to_sound
from generation.train import first_net

Truth = Callable[[Path], Sequence[float] | None]


@dataclass(frozen=True, slots=True)
class Learned:
    """One net in one category: nats a sample, and the metric that tells there.

    `clips` are held out; `preferred` of them cost less under their own video than under
    the others of their category on average. `features` is the identity of those it
    reads. `untold` are files of demo clips whose onsets had to be detected.
    """

    method: str
    category: str
    clips: int
    nats: Against
    preferred: int
    metric: str
    sync: Against
    features: str = ""
    untold: tuple[str, ...] = ()
    is_demo: bool = False
    is_stub: bool = False

    @property
    def is_cheaper(self) -> bool:
        """Whether its loss is below both controls'."""
        return _beats(self.nats, -1)

    @property
    def is_in_time(self) -> bool:
        """Whether its synchrony is above both controls'."""
        return _beats(self.sync, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How nets are looked at: what sounds them, and where they score.

    `waits` is told why sounds are long in coming, where what sounds them knows.
    `truth` may know a clip's onsets by its path (None: they are detected); `limit`
    above 0 takes so many clips of each category; `seed` draws them and the orders.
    """

    voice: Callable[[SampleRNN], Voice]
    device: str = "cpu"
    waits: Waits | None = None
    truth: Truth | None = None
    limit: int = 0
    seed: int = 0


def learned(checkpoint: Checkpoint, clips: ClipSet, look: Look) -> Iterator[Learned]:
    """Measure a net on the held-out clips of its categories, category by category.

    `clips` come with the features that the net reads, and fit it (`require_held_out`).
    """
    for category in sorted({clip.category for clip in clips.test}):
        yield _learned(checkpoint, clips.only(category, part="test"), category, look)


def require_held_out(nets: Sequence[tuple[Checkpoint, ClipSet]]) -> None:
    """Raise ExperimentError unless all of the nets can be measured on their clips.

    The clips are those of the split that a net was trained with, else some of them may
    have been learned; each category has two or more, or there is no other to be held
    against; and no two nets share a method and a category.
    """
    seen: set[tuple[str, str]] = set()
    for checkpoint, clips in nets:
        name, split = checkpoint.label, clips.index.split_sha256
        if checkpoint.data.split != split:
            raise ExperimentError(
                f"{name}: trained with the split {checkpoint.data.split[:16]}, this "
                f"folder's is {split[:16]}: what it held out may have been learned; "
                "give the folder that it was trained with"
            )
        held = [clip.category for clip in clips.test]
        for category in sorted(set(held)):
            if held.count(category) < 2:
                raise ExperimentError(
                    f"{category}: one held-out clip; hold out two or more to shuffle"
                )
            if (name, category) in seen:
                raise ExperimentError(
                    f"{name}, {category}: two nets; measure them one after the other"
                )
            seen.add((name, category))


def _learned(
    checkpoint: Checkpoint, clips: ClipSet, category: str, look: Look
) -> Learned:
    heard = heard_clips(clips, "test", limit=look.limit, seed=look.seed)
    names = [clip.name for clip in heard]
    samples = np.array([len(clip.tokens) for clip in heard])
    nets = (checkpoint, untrained(checkpoint))
    costs = [
        -score_matrix(CheckpointScorer(net, device=look.device), heard, seed=look.seed)
        for net in nets
    ]
    real = _real(clips, names, look.truth)
    metric = TELLING.get(category, "envelope_r")
    syncs = [synchrony(real, made_by(net, clips, names, look), metric) for net in nets]
    return Learned(
        method=checkpoint.label,
        category=category,
        clips=len(names),
        nats=losses_against(costs[0], costs[1], samples, seed=look.seed),
        preferred=_preferred(costs[0]),
        metric=metric,
        sync=sync_against(*syncs, seed=look.seed),
        features=checkpoint.features.identity,
        untold=_untold(clips, names, look.truth) if "onset" in metric else (),
        is_demo=checkpoint.data.is_demo or any(c.facts.is_demo for c in clips.clips),
        is_stub=checkpoint.features.is_stub,
    )


def untrained(checkpoint: Checkpoint) -> Checkpoint:
    """The net as it was before its first step: its training's seed, fresh weights."""
    fresh = first_net(checkpoint.config, checkpoint.settings)
    return replace(checkpoint, weights=weights_of(fresh))


def made_by(
    checkpoint: Checkpoint, clips: ClipSet, names: Sequence[str], look: Look
) -> list[Hearing]:
    """What a net makes for clips by name, heard."""
    voice = look.voice(checkpoint.net(look.device))
    batch = clips.native_batch(names)
    levels = voice.generate(
        names, checkpoint.scale(batch.features), batch.lengths, waits=look.waits
    )
    return [
        _heard(row[: clips.clip(name).frames * checkpoint.config.frame_samples])
        for name, row in zip(names, levels.numpy(), strict=True)
    ]


def averages(rows: Sequence[Learned]) -> tuple[Learned, ...]:
    """For each method with several categories the mean over them, equal weights.

    Synchrony is averaged over different metrics: it says whether controls are beaten,
    not by how much.
    """
    means = []
    for method in dict.fromkeys(row.method for row in rows):
        own = [row for row in rows if row.method == method]
        if len(own) > 1:
            means.append(
                replace(
                    own[0],
                    category=AVERAGE,
                    clips=sum(row.clips for row in own),
                    nats=_mean([row.nats for row in own]),
                    preferred=sum(row.preferred for row in own),
                    metric="",
                    sync=_mean([row.sync for row in own]),
                    is_demo=any(row.is_demo for row in own),
                    is_stub=any(row.is_stub for row in own),
                )
            )
    return tuple(means)


def _mean(parts: Sequence[Against]) -> Against:
    """Means over the parts that have all three figures."""
    known = [
        (part.trained, part.shuffled, part.untrained)
        for part in parts
        if None not in (part.trained, part.shuffled, part.untrained)
    ]
    if not known:
        return Against(None, None, None, None)
    trained, shuffled, untrained = np.array(known, dtype=np.float64).mean(axis=0)
    return Against(float(trained), float(shuffled), float(untrained), None)


def _real(clips: ClipSet, names: Sequence[str], truth: Truth | None) -> list[Hearing]:
    heard = []
    for name in names:
        one = _heard(np.asarray(clips.tokens(name)))
        times = truth(Path(clips.clip(name).facts.path)) if truth else None
        heard.append(one if times is None else replace(one, onsets=Onsets.known(times)))
    return heard


def _untold(
    clips: ClipSet, names: Sequence[str], truth: Truth | None
) -> tuple[str, ...]:
    """Files of demo clips that have lost the list of their onsets."""
    facts = [clips.clip(name).facts for name in names if truth]
    paths = [Path(one.path) for one in facts if one.is_demo]
    return tuple(str(p) for p in paths if truth and truth(p) is None and is_untold(p))


def _heard(levels: NDArray[np.uint8]) -> Hearing:
    return hear(Sound(to_sound(levels, 1.0), OUT_RATE))


def _preferred(costs: Square) -> int:
    """Clips whose sound costs less under its own video than under others on average."""
    count = len(costs)
    own = costs.diagonal()
    others = (costs.sum(axis=0) - own) / (count - 1)
    return int((own < others).sum())


def _beats(found: Against, sign: int) -> bool:
    """Whether both controls are known to be worse."""
    return found.trained is not None and all(
        value is not None and sign * found.trained > sign * value
        for value in (found.shuffled, found.untrained)
    )
