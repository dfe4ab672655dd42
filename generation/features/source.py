"""What every source of visual features is: one vector per video frame."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class FeatureError(ValueError):
    """Features that cannot be had; the message names the file or option that helps."""


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What features depend on, besides the pictures.

    `side` is the shorter side, in px, of the pictures it is given; `weights` the
    sha256 of its weights' file ("" where it has none); `preprocessing` says in words
    what is done to pictures before. `is_stub` marks features that mean nothing beyond
    trying the program; it goes with them everywhere.
    """

    name: str
    dim: int
    side: int
    weights: str
    preprocessing: str
    is_stub: bool = False

    @property
    def identity(self) -> str:
        """A name for a folder: equal for equal features of equal pictures."""
        text = json.dumps(asdict(self), sort_keys=True)
        return f"{self.name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


class FeatureSource(Protocol):
    """Turns the pictures of a clip into features, whatever the clip's length."""

    @property
    def info(self) -> SourceInfo:
        """What its features depend on."""
        ...

    def extract(
        self, pictures: NDArray[np.uint8], *, clip: str = ""
    ) -> NDArray[np.float16]:
        """The features of a clip, the same for the same pictures.

        pictures: (m, 3, height, width), uint8 RGB at 15.6 frames/s; the result is
        (m, dim), float16. `clip` is its name, for sources that keep files by name.
        Several threads may call this at once.
        """
        ...


@dataclass(frozen=True, slots=True)
class Joined:
    """Several sources side by side: their features concatenated, in this order."""

    parts: tuple[FeatureSource, ...]

    @property
    def info(self) -> SourceInfo:
        """The parts' facts together; raises FeatureError for pictures of two sizes."""
        infos = [part.info for part in self.parts]
        sides = sorted({info.side for info in infos})
        if len(sides) != 1:
            raise FeatureError(f"sources want pictures of {sides} px: choose one size")
        digest = hashlib.sha256("".join(i.identity for i in infos).encode())
        return SourceInfo(
            name="+".join(info.name for info in infos),
            dim=sum(info.dim for info in infos),
            side=sides[0],
            weights=digest.hexdigest(),
            preprocessing=" | ".join(info.preprocessing for info in infos),
            is_stub=any(info.is_stub for info in infos),
        )

    def extract(
        self, pictures: NDArray[np.uint8], *, clip: str = ""
    ) -> NDArray[np.float16]:
        """The features of all parts: pictures (m, 3, height, width) to (m, dim)."""
        found = [part.extract(pictures, clip=clip) for part in self.parts]
        return np.concatenate(found, axis=1)  # (m, sum of dims)


def require_pictures(pictures: NDArray[np.uint8]) -> None:
    """Raise FeatureError unless pictures are (m, 3, height, width), uint8, m >= 1."""
    right = pictures.ndim == 4 and pictures.shape[1] == 3 and len(pictures) > 0
    if not right or pictures.dtype != np.uint8:
        raise FeatureError(
            f"pictures {pictures.shape} {pictures.dtype}: give (m, 3, height, width), "
            "uint8"
        )
