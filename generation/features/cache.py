"""Keep features by the content they came from, as float16.

One folder per source, `<name>-<identity>`, with `source.json` and a file per clip named
by the hash of its bytes and of how its pictures are cut. Files appear whole or not at
all, so any number of processes may fill one cache, and a killed one is taken up again.
"""

import hashlib
import io
import json
import os
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from generation.features.source import FeatureError, SourceInfo

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
        """Make, or take up again, the cache of a source below `root`."""
        cache = cls(root / info.identity, info)
        cache.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(info), indent=1) + "\n"
        draft = cache._draft(SOURCE)
        draft.write_text(text, encoding="utf-8")
        draft.replace(cache.folder / SOURCE)
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
        """Keep the features of one content. Raises FeatureError for unfit ones.

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
        draft = self._draft(key)
        try:
            draft.write_bytes(npy_bytes(features))
            draft.replace(self.folder / f"{key}.npy")
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)

    def _draft(self, name: str) -> Path:
        return self.folder / f".{name}.{threading.get_ident()}.{os.getpid()}.part"


def npy_bytes(array: NDArray[Any]) -> memoryview:
    """An array as a .npy file's bytes.

    numpy itself, given a file on a disk that fills up, may lose the end unnoticed.
    """
    out = io.BytesIO()
    np.save(out, array, allow_pickle=False)
    return out.getbuffer()


def picture_key(media_sha256: str, *, start: float, frames: int, side: int) -> str:
    """The name of a clip's pictures: of its bytes, and how they are cut and scaled."""
    given = [CUTTER, media_sha256, start, frames, side]
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()[:32]
