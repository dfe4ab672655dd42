"""What a step of training computes: a video frame of every lane, or windows of clips.

Both courses give the same loss and gradients however many processes take part: each
takes its own lanes or clips, and divides by the samples of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from generation.dataset import PreparedClip, epoch_batches, epoch_order
from generation.geometry import SAMPLES_PER_FRAME
from generation.nets import (
    SampleRNN,
    State,
    draw_windows,
    score_windows,
)
from generation.train.clips import Loaded, Loader, padded_features, padded_tokens
from generation.train.config import TrainConfig
from generation.train.draws import dither_seed, silenced, windows_generator
from generation.train.plan import Place, Plan, plan_epoch
from generation.train.world import World


@dataclass(frozen=True, slots=True)
class Share:
    """This process's part of a step's loss.

    total: (), nats summed over its samples, None where it has none; count: samples of
    all processes.
    """

    total: Tensor | None
    count: int


class Course(Protocol):
    """An epoch's steps, one after the other."""

    def begin(self, epoch: int) -> int:
        """Lay out an epoch and return its steps."""
        ...

    def share(self, net: SampleRNN, step: int) -> Share:
        """Return the loss of a step of the epoch; steps come in order."""
        ...

    def carried(self, net: SampleRNN) -> State | None:
        """Return what is carried to the next step: (batch, D), of all processes."""
        ...

    def restore(self, carried: State | None) -> None:
        """Take up what `carried` gave, after `begin`."""
        ...

    def close(self) -> None:
        """Let go of what was opened."""
        ...


class ChunkCourse:
    """A video frame of every lane a step, the state carried over and cut off.

    A lane whose clip begins starts from the net's own first state, row by row; the
    encoder of Seq and Flow hears of that first step alone.
    """

    def __init__(
        self,
        clips: Sequence[PreparedClip],
        config: TrainConfig,
        load: Loader,
        world: World,
    ) -> None:
        self._clips = {clip.clip: config.frames or clip.frames for clip in clips}
        self._config, self._load, self._world = config, load, world
        self._mine = world.share_of(config.batch)
        self._epoch, self._plan = 0, Plan((), 0)
        self._open: dict[int, tuple[int, Loaded]] = {}
        self._state: State | None = None

    def begin(self, epoch: int) -> int:
        """Lay out an epoch and return its steps."""
        order = epoch_order(list(self._clips), seed=self._config.seed, epoch=epoch)
        clips = [(name, self._clips[name]) for name in order]
        self._plan = plan_epoch(clips, self._config.batch)
        self._epoch, self._open, self._state = epoch, {}, None
        return self._plan.steps

    def share(self, net: SampleRNN, step: int) -> Share:
        """Return the loss of one video frame of every lane at work."""
        everyone = self._plan.at(step, range(self._config.batch))
        count = len(everyone) * SAMPLES_PER_FRAME
        places = [place for place in everyone if place.lane in self._mine]
        if not places:
            return Share(None, count)
        device = self._world.device
        for place in places:
            self._foresee(place)
        loaded = [self._loaded(place) for place in places]
        size = net.config.fs3 + SAMPLES_PER_FRAME
        spans = [
            slice(at, at + size)
            for place in places
            for at in (place.frame * SAMPLES_PER_FRAME,)
        ]
        pairs = list(zip(loaded, spans, strict=True))
        tokens = torch.stack([clip.tokens[span] for clip, span in pairs]).long()
        heard = None
        if self._config.history_dropout:
            heard = torch.stack([clip.heard[span] for clip, span in pairs]).long()
        features = torch.stack(
            [
                clip.features[place.frame]
                for place, clip in zip(places, loaded, strict=True)
            ]
        )[:, None]  # (R, 1, F)
        first = self._mine.start
        rows = torch.tensor([place.lane - first for place in places], device=device)
        state = self._before(net, places, loaded, rows)
        # tokens and heard: (R, fs3 + 1024)
        total, after = net.score(tokens, state, features, heard=heard)
        self._keep(net, rows, after.detach())
        return Share(total, count)

    def carried(self, net: SampleRNN) -> State | None:
        """Return the lanes' states, (batch, D), of all processes together."""
        own = self._held(net)
        whole = []
        for part in (own.coarse, own.frame):
            rows = part.new_zeros(self._config.batch, part.shape[1])
            rows[self._mine.start : self._mine.stop] = part
            whole.append(self._world.add_up(rows))
        return State(*whole)

    def restore(self, carried: State | None) -> None:
        """Take up the lanes' states (batch, D), after `begin`."""
        if carried is None:
            return
        mine = slice(self._mine.start, self._mine.stop)
        device = self._world.device
        self._state = State(
            carried.coarse[mine].to(device), carried.frame[mine].to(device)
        )

    def close(self) -> None:
        """Stop reading ahead."""
        self._load.close()

    def _foresee(self, place: Place) -> None:
        """Begin to read the clip of a place, when new, and the one after it."""
        if self._open.get(place.lane, (-1, None))[0] == place.turn:
            return
        for turn in self._plan.lanes[place.lane][place.turn : place.turn + 2]:
            self._load.ahead(turn.clip, turn.frames)

    def _loaded(self, place: Place) -> Loaded:
        number, clip = self._open.get(place.lane, (-1, None))
        if clip is None or number != place.turn:
            turn = self._plan.lanes[place.lane][place.turn]
            clip = self._load.take(
                turn.clip,
                turn.frames,
                dither=dither_seed(self._config, self._epoch, turn.clip),
                silenced=silenced(self._config, self._epoch, turn.clip, turn.frames),
            )
            self._open[place.lane] = (place.turn, clip)
        return clip

    def _before(
        self,
        net: SampleRNN,
        places: list[Place],
        loaded: list[Loaded],
        rows: Tensor,
    ) -> State:
        """The states before the step, (R, D): new where a clip begins."""
        held = self._held(net)
        state = State(held.coarse[rows], held.frame[rows])
        begun = [row for row, place in enumerate(places) if place.frame == 0]
        if not begun:
            return state
        # frame begins without looking: its maps are too large to stack for nothing
        read = slice(None if net.config.has_encoder else 1)
        seen, lengths = padded_features([loaded[row].features[read] for row in begun])
        fresh = net.begin(seen, lengths)
        into = torch.tensor(begun, device=rows.device)
        dtype = held.coarse.dtype
        return State(
            state.coarse.index_copy(0, into, fresh.coarse.to(dtype)),
            state.frame.index_copy(0, into, fresh.frame.to(dtype)),
        )

    def _keep(self, net: SampleRNN, rows: Tensor, after: State) -> None:
        held = self._held(net)
        self._state = State(
            held.coarse.index_copy(0, rows, after.coarse),
            held.frame.index_copy(0, rows, after.frame),
        )

    def _held(self, net: SampleRNN) -> State:
        if self._state is None:
            like = net.coarse.h0.detach()
            shape = (len(self._mine), net.config.dim)
            self._state = State(like.new_zeros(shape), like.new_zeros(shape))
        return self._state


class WindowCourse:
    """Whole clips a step: the coarse tier in one graph, the others on drawn windows.

    An epoch passes over the clips, in another order each time, until as many samples
    were looked at as there are: the same number as an epoch in chunks.
    """

    def __init__(
        self,
        clips: Sequence[PreparedClip],
        config: TrainConfig,
        load: Loader,
        world: World,
    ) -> None:
        self._clips = {clip.clip: config.frames or clip.frames for clip in clips}
        self._config, self._load, self._world = config, load, world
        self._epoch = 0
        self._batches: list[list[str]] = []

    def begin(self, epoch: int) -> int:
        """Lay out an epoch and return its steps."""
        config, names = self._config, list(self._clips)
        passes = -(-max(self._clips.values()) // config.windows)
        self._epoch = epoch
        self._batches = [
            batch
            for number in range(epoch * passes, (epoch + 1) * passes)
            for batch in epoch_batches(
                names, config.batch, seed=config.seed, epoch=number
            )
        ]
        return len(self._batches)

    def share(self, net: SampleRNN, step: int) -> Share:
        """Return the loss of this process's clips of a batch."""
        config, batch = self._config, self._batches[step]
        count = len(batch) * config.windows * SAMPLES_PER_FRAME
        frames = torch.tensor([self._clips[name] for name in batch])
        starts = draw_windows(
            frames,
            config.windows,
            windows_generator(config, self._epoch, step),
            net.config,
        )
        mine = self._world.share_of(len(batch))
        if not mine:
            return Share(None, count)
        names = batch[mine.start : mine.stop]
        for name in names:
            self._load.ahead(name, self._clips[name])
        loaded = [
            self._load.take(
                name,
                self._clips[name],
                dither=dither_seed(config, self._epoch, name),
                silenced=silenced(
                    config, self._epoch, name, self._clips[name], step=step
                ),
            )
            for name in names
        ]
        for coming in self._batches[step + 1 : step + 2]:
            share = self._world.share_of(len(coming))
            for name in coming[share.start : share.stop]:
                self._load.ahead(name, self._clips[name])
        features, lengths = padded_features([clip.features for clip in loaded])
        tokens = padded_tokens([clip.tokens for clip in loaded])
        heard = None
        if config.history_dropout:
            heard = padded_tokens([clip.heard for clip in loaded])
        own = starts[mine.start : mine.stop].to(self._world.device)
        total = score_windows(net, tokens, features, own, lengths=lengths, heard=heard)
        return Share(total, count)

    def carried(self, net: SampleRNN) -> State | None:  # noqa: ARG002 - the protocol's
        """Return nothing: every step has whole clips."""
        return None

    def restore(self, carried: State | None) -> None:
        """Do nothing: a step's clips and windows follow from its number."""

    def close(self) -> None:
        """Stop reading ahead."""
        self._load.close()
