"""Keep features by the content they came from, as float16.

One folder per source, `<name>-<identity>`, with `source.json` and a file per clip named
by the hash of its bytes and of how its pictures are cut. Files appear whole or not at
all, so any number of processes may fill one cache, and a killed one is taken up again.
"""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
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
    # of maps a look takes as long as reading them: once in a process will do
    _sound: set[str] = field(default_factory=set, init=False, compare=False, repr=False)

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

    def load(self, key: str, frames: int) -> NDArray[np.float16] | None:
        """Those of one content: (m, *info.shape), float16, mapped; None if absent.

        Raises FeatureError where they are damaged, of another number of frames, or hold
        what is no number.
        """
        path = self.folder / f"{key}.npy"
        try:
            found: NDArray[np.float16] = mapped(path, (frames, *self.info.shape))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise FeatureError(
                f"{path}: damaged ({error}); remove it and prepare again"
            ) from error
        if key not in self._sound:
            if not np.isfinite(found).all():
                told = "holds what is no finite number; remove it and prepare again"
                raise FeatureError(f"{path}: {told}")
            self._sound.add(key)
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
    """Whether a .npy file holds an array whose shape begins so, to its end."""
    try:
        array = mapped(path, shape)
        return bool(path.stat().st_size == array.offset + array.nbytes)
    except (OSError, ValueError):
        return False


def mapped(path: Path, shape: Sequence[int]) -> "np.memmap[Any, Any]":
    """The array of a .npy file, from its disk.

    Raises ValueError unless its shape begins so, and for other files; OSError.
    """
    try:
        array: np.memmap[Any, Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except EOFError as error:
        raise ValueError("the file is empty") from error
    if array.shape[: len(shape)] != tuple(shape):
        raise ValueError(f"{array.shape} in place of {tuple(shape)}")
    return array


def picture_key(media_sha256: str, *, start: float, frames: int, side: int) -> str:
    """The name of a clip's pictures: of its bytes, and how they are cut and scaled."""
    given = [CUTTER, media_sha256, start, frames, side]
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()[:32]
