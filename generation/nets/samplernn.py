"""The conditional SampleRNN: Frame, Seq and Flow of Zhou et al. (CVPR 2018).

B clips, m video frames each, N = 1,024 m samples. Every method reads `tokens`
(B, fs3 + N): fs3 levels of silence, then the sound. Sample t is predicted from what
lies before it; the video frame that plays during it is frame t // 1,024.
"""

from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn

from generation.nets.config import NetConfig
from generation.nets.gru import make_gru
from generation.nets.initial import initialise
from generation.nets.tiers import CoarseTier, FrameTier, SampleTier, scaled
from generation.quantize import ZERO

_HE = frozenset({"coarse.expand", "coarse.out", "frame.expand", "frame.out"}) | {
    "mlp.l1",
    "mlp.l2",
    "mlp.l3",
}


@dataclass(frozen=True, slots=True)
class State:
    """Where the two recurrent tiers stand, clip by clip: coarse, frame, both (B, D)."""

    coarse: Tensor
    frame: Tensor

    def detach(self) -> Self:
        """Return the same values, cut off from the graph: gradients stop here."""
        return type(self)(self.coarse.detach(), self.frame.detach())


class SampleRNN(nn.Module):
    """Three tiers conditioned on video; the same seed gives the same first values.

    With `memory` above 0 the coarse tier and the encoder begin as ones that remember up
    to so many video frames.

    Frame adds a projected feature to every coarse step. Seq and Flow read all features
    first, with an encoder that starts from `coarse.h0` and whose last state is the
    coarse tier's first: there `coarse.h0` starts the reading instead of the writing.
    """

    def __init__(self, config: NetConfig, *, seed: int = 0, memory: int = 0) -> None:
        super().__init__()
        self.config = config
        self.coarse = CoarseTier(config)
        self.frame = FrameTier(config)
        self.mlp = SampleTier(config)
        self.encoder: nn.GRU | None = None
        if config.has_encoder:
            self.encoder = make_gru(config.feature_dim, config.dim)
        initialise(self, seed=seed, he=_HE, holds=self._holds(memory))

    def forward(
        self, tokens: Tensor, features: Tensor, lengths: Tensor | None = None
    ) -> Tensor:
        """Return the logits of every sample, (B, N, 256), teacher-forced.

        tokens: (B, fs3 + N) int64 in [0, 255]; features: (B, m, F), or (B, m, H, W, C)
        with attention; lengths: (B,) int64, frames of each clip, all m unless given
        (what is predicted past them means nothing). Raises ValueError for shapes that
        do not belong together.
        """
        state = self.begin(features, lengths)
        return self.chunk(tokens, state, features)[0]

    def begin(self, features: Tensor, lengths: Tensor | None = None) -> State:
        """Return the state before the first sample of each clip.

        features: (B, m, F); lengths: (B,) in [1, m] or None for m. Frame learns its
        first state, Seq and Flow read theirs: the encoder's at each clip's own last
        frame. Raises ValueError for lengths out of range.
        """
        batch, frames = features.shape[:2]
        coarse = self.coarse.h0.expand(batch, -1)  # (B, D)
        frame = self.frame.h0.expand(batch, -1)
        if self.encoder is None:
            return State(coarse, frame)
        counts = checked_lengths(lengths, batch, frames)
        packed = nn.utils.rnn.pack_padded_sequence(
            features.to(coarse.dtype), counts, batch_first=True, enforce_sorted=False
        )
        _, last = self.encoder(packed, coarse[None].contiguous())
        return State(last[0], frame)

    def chunk(
        self, tokens: Tensor, state: State, features: Tensor | None = None
    ) -> tuple[Tensor, State]:
        """Return the logits of n samples, (B, n, 256), and the state after them.

        tokens: (B, fs3 + n), the fs3 before the chunk and the chunk; features: those of
        its video frames (B, n / 1024, F), or the one of a chunk that divides a frame,
        (B, 1, F); not looked at by Seq and Flow. The state carries its graph: detach
        it to cut. Raises ValueError for shapes that do not belong together.
        """
        below, after, _ = self._run(tokens, state, features)
        return self._logits(tokens, below), after

    def score(
        self,
        tokens: Tensor,
        state: State,
        features: Tensor | None = None,
        mask: Tensor | None = None,
        heard: Tensor | None = None,
    ) -> tuple[Tensor, State]:
        """Return the nats of predicting n samples, summed, (), and the state after.

        tokens, state, features: as `chunk` has them; mask: (B, n), true where a sample
        counts, all unless given; heard: what the coarse and the frame tier read in
        place of tokens, as large. Off CUDA the logits are never there at once, which
        is quicker and takes less memory.
        """
        above = tokens if heard is None else heard
        below, after, _ = self._run(above, state, features)
        targets = tokens[:, self.config.fs3 :]
        read = self.read_sample(tokens)
        return self.mlp.score(read, below, self.frame.out, targets, mask=mask), after

    def look(
        self, tokens: Tensor, features: Tensor, lengths: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Return logits (B, N, 256) and where each frame was looked at, (B, m, H, W).

        Raises ValueError for a net without attention.
        """
        state = self.begin(features, lengths)
        below, _, maps = self._run(tokens, state, features)
        if maps is None:
            raise ValueError("this net has no attention: its config says attention off")
        return self._logits(tokens, below), maps

    def prompt(self, batch: int) -> Tensor:
        """Return the silence before the first sample: (B, fs3) int64, all 128."""
        device = self.coarse.h0.device
        return torch.full((batch, self.config.fs3), ZERO, device=device)

    def read_coarse(self, tokens: Tensor) -> Tensor:
        """Return what the coarse steps read, (B, n / fs3, fs3), of (B, fs3 + n)."""
        size = self.config.fs3
        read = tokens[:, :-size].reshape(len(tokens), -1, size)  # (B, J, fs3)
        return scaled(read, self.coarse.h0.dtype)

    def read_frame(self, tokens: Tensor) -> Tensor:
        """Return what the frame steps read, (B, n / fs2, fs2), of (B, fs3 + n)."""
        size = self.config.fs2
        read = tokens[:, self.config.fs3 - size : -size]  # (B, n)
        read = read.reshape(len(tokens), -1, size)  # (B, n / fs2, fs2)
        return scaled(read, self.coarse.h0.dtype)

    def read_sample(self, tokens: Tensor) -> Tensor:
        """Return what the samples read, sliding, (B, k - 1 + n), of (B, fs3 + n)."""
        return tokens[:, self.config.fs3 - self.config.k : -1]

    def checked_features(self, count: int, features: Tensor | None) -> Tensor | None:
        """Return the features that n = `count` samples need, None if no step has any.

        Raises ValueError if they are missing or not one a video frame.
        """
        config = self.config
        if config.has_encoder:
            return None
        if features is None:
            raise ValueError("frame needs the features of the chunk's video frames")
        wanted, rest = divmod(count, config.frame_samples)
        if rest and (wanted or config.frame_samples % count or config.attention):
            each = config.frame_samples
            raise ValueError(f"{count} samples are no whole video frames of {each}")
        if features.shape[1] != max(wanted, 1):
            message = f"{count} samples belong to {max(wanted, 1)} features"
            raise ValueError(f"{message}, not {features.shape[1]}")
        return features.to(self.coarse.h0.dtype)

    def _holds(self, frames: int) -> dict[str, int]:
        if not frames:
            return {}
        steps = frames * self.config.frame_samples // self.config.fs3
        return {"coarse.gru": steps} | ({"encoder": frames} if self.encoder else {})

    def _logits(self, tokens: Tensor, below: Tensor) -> Tensor:
        logits: Tensor = self.mlp(self.read_sample(tokens), below, self.frame.out)
        return logits

    def _run(
        self, tokens: Tensor, state: State, features: Tensor | None
    ) -> tuple[Tensor, State, Tensor | None]:
        """Return the frame tier's states (B, S, D), those after, and attention maps."""
        count = tokens.shape[1] - self.config.fs3
        if count < 1 or count % self.config.fs3:
            message = (
                f"{tokens.shape[1]} tokens are not {self.config.fs3} and a multiple"
            )
            raise ValueError(f"{message} of it")
        shown = self.checked_features(count, features)
        states, coarse, maps = self.coarse(
            self.read_coarse(tokens), state.coarse, shown
        )
        below, frame = self.frame(
            self.read_frame(tokens), self.coarse.lift(states), state.frame
        )
        # autocast runs the tiers in half precision: a state outlives many chunks
        dtype = self.coarse.h0.dtype
        return below, State(coarse.to(dtype), frame.to(dtype)), maps


def checked_lengths(lengths: Tensor | None, batch: int, frames: int) -> Tensor:
    """Return the frames of each clip, (B,) on the CPU: `lengths`, or `frames` each.

    Raises ValueError unless they are `batch` numbers in [1, frames].
    """
    if lengths is None:
        return torch.full((batch,), frames)
    counts = lengths.cpu()
    if counts.shape != (batch,) or counts.min() < 1 or counts.max() > frames:
        message = f"lengths are {batch} numbers from 1 to {frames}"
        raise ValueError(f"{message}, not {counts.tolist()}")
    return counts
