"""What the video says to a net, read before and while it generates.

Each clip is read by itself, so that rounding here does not depend on the batch: what an
engine is then told of a clip is the same to the last bit, whatever clips lie beside it.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from generation.fast.fold import Folded
from generation.nets import State


def begin(folded: Folded, clips: Sequence[Tensor]) -> State:
    """Return the states before the first sample, (B, D) each.

    clips: of each its features (m, F), or maps, no longer than it is, on the net's
    device.
    """
    batch = len(clips)
    coarse = folded.coarse.start.expand(batch, -1)  # (B, D)
    frame = folded.frame.start.expand(batch, -1)
    if folded.encoder is None:
        return State(coarse, frame)
    return State(torch.cat([_read(folded, clip) for clip in clips]), frame)


class Sight:
    """What each video frame tells the coarse gates, (n, 3D), their bias included.

    clips: as for `begin`, no clip longer than the one before it.
    """

    def __init__(self, folded: Folded, clips: Sequence[Tensor]) -> None:
        self._folded = folded
        self._clips = clips
        self._seen: list[Tensor] | None = None
        if folded.vis is not None and folded.query is None:
            # smaller than the features are: 3D < F
            self._seen = [
                functional.linear(_own(folded, clip), folded.vis, folded.coarse_bias)
                for clip in clips
            ]

    def __call__(self, frame: int, active: int, states: Tensor) -> Tensor:
        """Return it for the first n = `active` clips; states: (n or more, D)."""
        folded = self._folded
        if self._seen is not None:
            return torch.stack([seen[frame] for seen in self._seen[:active]])
        if folded.query is None or folded.vis is None:
            return folded.coarse_bias.expand(active, -1)
        looked = [
            _attended(folded, clip[frame], state)
            for clip, state in zip(self._clips[:active], states, strict=False)
        ]
        return torch.cat(looked)


def _read(folded: Folded, clip: Tensor) -> Tensor:
    """Return the encoder's state (1, D) after the last of m features (m, F)."""
    assert folded.encoder is not None
    # unless told otherwise cuDNN rounds a GRU's products to TF32: errors of 1e-3
    with torch.backends.cudnn.flags(enabled=False):
        _, last = torch.gru(
            _own(folded, clip)[None],  # (1, m, F)
            folded.coarse.start[None, None],  # (1, 1, D)
            folded.encoder,
            has_biases=True,
            num_layers=1,
            dropout=0.0,
            train=False,
            bidirectional=False,
            batch_first=True,
        )
    return last[0]


def _attended(folded: Folded, shown: Tensor, state: Tensor) -> Tensor:
    """Return what a map (H, W, C) tells the gates of a state (D,): (1, 3D)."""
    assert folded.vis is not None
    assert folded.query is not None
    places = _own(folded, shown).flatten(0, 1)  # (HW, C)
    question = folded.query @ state / places.shape[1] ** 0.5  # (C,)
    seen = (places @ question).softmax(dim=0) @ places  # (C,)
    return functional.linear(seen[None], folded.vis, folded.coarse_bias)


def _own(folded: Folded, values: Tensor) -> Tensor:
    """Return values as the small layers want them, in memory of their own.

    Sums may depend on where a row lies in memory, and that on the batch.
    """
    return values.to(folded.coarse_bias.dtype, copy=True).contiguous()
