"""Features to try the program with: a fixed random projection of tiny pictures.

They carry some of what is seen and how it moves, nothing learned. Whatever is made with
them is marked `stub`.
"""

import hashlib

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from generation.features.source import FeatureError, SourceInfo, require_pictures

TINY = (12, 16)
"""Height and width that pictures are squeezed to, before the projection."""


class StubFeatures:
    """A random projection of a frame in grey and of its change from the one before."""

    def __init__(self, dim: int = 64, *, seed: int = 0, side: int = 64) -> None:
        """`side` is that of the pictures wanted. Raises FeatureError for dim < 1."""
        if dim < 1:
            raise FeatureError(f"{dim} features: give 1 or more")
        rng = np.random.default_rng([seed, dim])
        inputs = 2 * TINY[0] * TINY[1]
        drawn = rng.standard_normal((inputs, dim)) / np.sqrt(inputs)
        self._projection = drawn.astype(np.float32)
        self._seed, self._side = seed, side

    @property
    def info(self) -> SourceInfo:
        """What its features depend on; marked as a stub."""
        digest = hashlib.sha256(self._projection.tobytes()).hexdigest()
        return SourceInfo(
            name="stub",
            dim=self._projection.shape[1],
            side=self._side,
            weights=digest,
            preprocessing=f"grey {TINY[1]}x{TINY[0]} and change, seed {self._seed}",
            is_stub=True,
        )

    def extract(
        self,
        pictures: NDArray[np.uint8],
        *,
        clip: str = "",  # noqa: ARG002 - of the protocol
    ) -> NDArray[np.float16]:
        """Project pictures (m, 3, height, width), uint8: (m, dim), float16."""
        require_pictures(pictures)
        grey = pictures.mean(axis=1, keepdims=True, dtype=np.float32) / 127.5 - 1
        tiny = functional.interpolate(
            torch.from_numpy(grey), size=TINY, mode="area"
        ).numpy()[:, 0]
        change = 8 * np.diff(tiny, axis=0, prepend=tiny[:1])
        seen = np.concatenate([tiny, change], axis=1)
        seen = seen.reshape(len(tiny), -1)  # (m, 2 * 12 * 16)
        found: NDArray[np.float16] = (seen @ self._projection).astype(np.float16)
        return found
