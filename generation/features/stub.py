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

PATCH = 4
"""Side of a place of a map, in those px: 3 x 4 places."""


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
        tiny, change = _tiny(pictures)
        seen = np.concatenate([tiny, change], axis=1)
        seen = seen.reshape(len(tiny), -1)  # (m, 2 * 12 * 16)
        found: NDArray[np.float16] = (seen @ self._projection).astype(np.float16)
        return found


class StubMaps:
    """A random projection of each patch of a frame in grey and of its change."""

    def __init__(self, dim: int = 16, *, seed: int = 0, side: int = 64) -> None:
        """`side` is that of the pictures wanted. Raises FeatureError for dim < 1."""
        if dim < 1:
            raise FeatureError(f"{dim} features: give 1 or more")
        rng = np.random.default_rng([seed, dim, PATCH])
        drawn = rng.standard_normal((2 * PATCH**2, dim)) / PATCH
        self._projection = drawn.astype(np.float32)
        self._seed, self._side = seed, side

    @property
    def info(self) -> SourceInfo:
        """What its features depend on; marked as a stub."""
        return SourceInfo(
            name="stub-map",
            dim=self._projection.shape[1],
            side=self._side,
            weights=hashlib.sha256(self._projection.tobytes()).hexdigest(),
            preprocessing=f"grey {TINY[1]}x{TINY[0]} and change in patches of {PATCH}, "
            f"seed {self._seed}",
            is_stub=True,
            rows=TINY[0] // PATCH,
            columns=TINY[1] // PATCH,
        )

    def extract(
        self,
        pictures: NDArray[np.uint8],
        *,
        clip: str = "",  # noqa: ARG002 - of the protocol
    ) -> NDArray[np.float16]:
        """Project pictures (m, 3, height, width), uint8: (m, 3, 4, dim), float16."""
        both = np.stack(_tiny(pictures), axis=1)  # (m, 2, 12, 16)
        rows, columns = TINY[0] // PATCH, TINY[1] // PATCH
        cut = both.reshape(len(both), 2, rows, PATCH, columns, PATCH)
        seen = cut.transpose(0, 2, 4, 1, 3, 5)  # (m, 3, 4, 2, 4, 4)
        seen = seen.reshape(len(both), rows, columns, -1)  # (m, 3, 4, 32)
        found: NDArray[np.float16] = (seen @ self._projection).astype(np.float16)
        return found


def _tiny(
    pictures: NDArray[np.uint8],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pictures in grey, and their change from the one before: (m, 12, 16) each."""
    require_pictures(pictures)
    grey = pictures.mean(axis=1, keepdims=True, dtype=np.float32) / 127.5 - 1
    tiny = functional.interpolate(
        torch.from_numpy(grey), size=TINY, mode="area"
    ).numpy()[:, 0]
    return tiny, 8 * np.diff(tiny, axis=0, prepend=tiny[:1])
