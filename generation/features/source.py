"""What every source of visual features is: a vector, or a map, per video frame.

A map is a vector for each place of a grid: (rows, columns, dim), the top row first.
"""

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
    trying the program; it goes with them everywhere. `rows` and `columns` are those of
    a map, 0 for vectors.
    """

    name: str
    dim: int
    side: int
    weights: str
    preprocessing: str
    is_stub: bool = False
    rows: int = 0
    columns: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        """What a frame's feature is: (dim,), or (rows, columns, dim)."""
        return (self.rows, self.columns, self.dim) if self.is_map else (self.dim,)

    @property
    def is_map(self) -> bool:
        """Whether a frame has a vector for each place of a grid, not one alone."""
        return self.rows > 0

    @property
    def identity(self) -> str:
        """A name for a folder: equal for equal features of equal pictures."""
        facts = asdict(self)
        if not self.is_map:
            # vectors keep the names that they had before there were maps
            del facts["rows"], facts["columns"]
        text = json.dumps(facts, sort_keys=True)
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
        (m, *info.shape), float16. `clip` is its name, for sources that keep files by
        name. Several threads may call this at once.
        """
        ...


@dataclass(frozen=True, slots=True)
class Joined:
    """Several sources of vectors side by side: concatenated, in this order."""

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
