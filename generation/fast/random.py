"""The chance behind every sample: numbers that belong to a clip, not to a batch.

A clip's numbers come from a counter (Philox 4x64, Salmon et al., SC 2011) keyed by the
SHA-256 of seed, clip, method and version. Any stretch of them can be had alone, and
clips may be generated in any order, batch or process.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

VERSION = 1
"""Part of the key: to be raised when numbers are made of a key in another way."""

_EACH = 4  # numbers of 64 bits that one count of Philox 4x64 gives
_BITS = 24  # what a float32 in [0, 1) can hold exactly


def uniforms(seed: int, clip: str, method: str, start: int, count: int) -> np.ndarray:
    """Return numbers `start` ... `start + count - 1` of a clip, (count,) float32.

    Multiples of 2^-24 in [0, 1), so that float32 and float64 mean the same number.
    Raises ValueError for a negative start or count.
    """
    if start < 0 or count < 0:
        raise ValueError(f"start {start} and count {count} are at least 0")
    first, skipped = divmod(start, _EACH)
    stream = np.random.Philox(key=_key(seed, clip, method), counter=first)
    raw = stream.random_raw(skipped + count)[skipped:]
    whole = (raw >> np.uint64(64 - _BITS)).astype(np.float32)
    return whole * np.float32(2.0**-_BITS)


@dataclass(frozen=True, slots=True)
class Draws:
    """The numbers of a batch of clips, made where they are needed.

    What `generate` takes as `uniforms`: a batch of 128 clips of ten seconds would hold
    80 MB of them.
    """

    seed: int
    clips: Sequence[str]
    method: str

    def __call__(self, start: int, count: int) -> Tensor:
        """Return those of samples start ... start + count - 1: (B, count) float32."""
        rows = [
            uniforms(self.seed, clip, self.method, start, count) for clip in self.clips
        ]
        return torch.from_numpy(np.stack(rows))


def _key(seed: int, clip: str, method: str) -> int:
    """128 bits: JSON keeps ("a", "bc") and ("ab", "c") apart."""
    named = json.dumps([VERSION, seed, clip, method], ensure_ascii=True)
    return int.from_bytes(hashlib.sha256(named.encode()).digest()[:16], "little")
