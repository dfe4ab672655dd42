"""Keep features by the content they came from, as float16.

One folder per source, `<name>-<identity>`, with `source.json` and a file per clip named
by the hash of its bytes and of how its pictures are cut. Files appear whole or not at
all, so any number of processes may fill one cache, and a killed one is taken up again.
"""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generation.features.source import FeatureError, SourceInfo
from generation.files import write_bytes, write_text

SOURCE = "source.json"
CUTTER = 1
"""Raised when pictures are cut from a file in another way."""


@dataclass(frozen=True, slots=True)
class FeatureCache:
    """The features of one source, in one folder."""

    folder: Path
    info: SourceInfo

    @classmethod
    def create(cls, root: Path, info: SourceInfo) -> "FeatureCache":
        """Make, or take up again, the cache of a source. Raises StorageError."""
        cache = cls(root / info.identity, info)
        text = json.dumps(asdict(info), indent=1) + "\n"
        write_text(cache.folder / SOURCE, text)
        return cache

    @classmethod
    def open(cls, folder: Path) -> "FeatureCache":
        """Open a cache that is there. Raises FeatureError."""
        try:
            text = (folder / SOURCE).read_text(encoding="utf-8")
            info = SourceInfo(**json.loads(text))
        except (OSError, ValueError, TypeError) as error:
            raise FeatureError(f"{folder}: no features in it; extract them") from error
        return cls(folder, info)

    def has(self, key: str, frames: int) -> bool:
        """Whether the features of one content are there, whole, of so many frames."""
        return is_whole(self.folder / f"{key}.npy", (frames, *self.info.shape))

    def load(self, key: str) -> NDArray[np.float16] | None:
        """Those of one content: (m, *info.shape), float16, mapped; None if absent."""
        path = self.folder / f"{key}.npy"
        try:
            found: NDArray[np.float16] = np.load(
                path, mmap_mode="r", allow_pickle=False
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise FeatureError(f"{path}: damaged; remove it and extract") from error
        return found

    def store(self, key: str, features: NDArray[np.float16]) -> None:
        """Keep the features of one content.

        Raises FeatureError for unfit ones, StorageError where they cannot be written.

        features: (m, *info.shape), float16, all finite.
        """
        shape = self.info.shape
        if features.dtype != np.float16 or features.shape[1:] != shape:
            raise FeatureError(
                f"{self.info.name}: features {features.shape} {features.dtype}, not "
                f"(m, {', '.join(map(str, shape))}) float16"
            )
        if not np.isfinite(features).all():
            raise FeatureError(
                f"{self.info.name}: a feature is too large for float16 or no number; "
                "check its weights"
            )
        write_bytes(self.folder / f"{key}.npy", npy_bytes(features))


def npy_bytes(array: NDArray[Any]) -> memoryview:
    """An array as a .npy file's bytes.

    numpy itself, given a file on a disk that fills up, may lose the end unnoticed.
    """
    out = io.BytesIO()
    np.save(out, array, allow_pickle=False)
    return out.getbuffer()


def is_whole(path: Path, shape: Sequence[int]) -> bool:
    """Whether a .npy file holds an array that begins with this shape, to its end."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        size = array.offset + array.nbytes
    except (OSError, ValueError, EOFError):
        return False
    is_meant = array.shape[: len(shape)] == tuple(shape)
    return bool(is_meant and path.stat().st_size == size)


def picture_key(media_sha256: str, *, start: float, frames: int, side: int) -> str:
    """The name of a clip's pictures: of its bytes, and how they are cut and scaled."""
    given = [CUTTER, media_sha256, start, frames, side]
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()[:32]
