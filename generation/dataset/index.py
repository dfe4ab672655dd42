"""The index of a prepared folder: what each clip's arrays are and where they came from.

index.json            this record
tokens/<key>.npy      (1024 m,), uint8: the sound, at the clip's native length
pictures/<key>.npy    (m, 3, height, width), uint8, small
facts/<key>.json      one clip's entry, written when its arrays are whole
sounds/<key>.npy      (1024 m,), float32, of the gain policy `category` alone
features/<source>/    see the feature cache
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from generation.dataset.record import DatasetError
from generation.features.cache import npy_bytes
from generation.files import write_bytes, write_text
from generation.quantize import GainPolicy

VERSION = 1
INDEX = "index.json"
Part = Literal["train", "test"]


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """A decoded clip: `frames` is m, `peak` the largest magnitude without its mean.

    `seconds` is the length of the shorter stream, of which 11 s are decoded at most.
    `gain` is what its sound was multiplied by; `media_sha256` hashes the bytes of its
    file and of the file of its sound, the others the arrays. `made_from` is the hash of
    all that the arrays depend on: equal hashes, equal arrays.
    """

    clip: str
    category: str
    key: str
    path: str
    sound: str
    start: float
    group: str | None
    is_demo: bool
    seconds: float
    frames: int
    peak: float
    gain: float
    media_sha256: str
    tokens_sha256: str
    pictures_sha256: str
    made_from: str


@dataclass(frozen=True, slots=True)
class PreparedClip:
    """A clip of a prepared folder and the part of the split that it belongs to."""

    facts: ClipFacts
    part: Part

    @property
    def clip(self) -> str:
        """Its name."""
        return self.facts.clip

    @property
    def category(self) -> str:
        """Its category."""
        return self.facts.category

    @property
    def frames(self) -> int:
        """Its native length m, in video frames."""
        return self.facts.frames


@dataclass(frozen=True, slots=True)
class Index:
    """All clips, sorted by category and name; `side` is that of the stored pictures."""

    name: str
    gain: GainPolicy
    side: int
    split_kind: str
    split_seed: int
    split_sha256: str
    clips: tuple[PreparedClip, ...]
    missing: tuple[str, ...] = ()


def write_index(folder: Path, index: Index) -> None:
    """Write the index of `folder`, in one move, with a hash over all of it."""
    document = asdict(index)
    text = json.dumps({"version": VERSION, **document}, sort_keys=True)
    whole = {
        "version": VERSION,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        **document,
    }
    write_text(folder / INDEX, json.dumps(whole, indent=1) + "\n")


def read_index(folder: Path) -> Index:
    """Read the index of `folder`.

    Raises DatasetError when it is missing, of another version, or was changed.
    """
    path = folder / INDEX
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = (
            f"{folder}: no {INDEX} in it; prepare the data set first"
            if folder.is_dir()
            else f"{folder}: no such folder; give one that `prepare` wrote"
        )
        raise DatasetError(message) from error
    except (OSError, ValueError, RecursionError) as error:
        raise DatasetError(f"{path}: cannot be read ({error}); prepare anew") from error
    if not isinstance(document, dict):
        raise DatasetError(f"{path}: no index in it; remove it, and prepare anew")
    if document.get("version") != VERSION:
        raise DatasetError(
            f"{path}: version {document.get('version')!r}, this program reads "
            f"{VERSION}; prepare the data set anew"
        )
    stored = document.pop("sha256", None)
    text = json.dumps(document, sort_keys=True)
    if hashlib.sha256(text.encode()).hexdigest() != stored:
        raise DatasetError(f"{path}: changed since it was written; prepare anew")
    document.pop("version")
    clips = tuple(
        PreparedClip(ClipFacts(**entry["facts"]), entry["part"])
        for entry in document.pop("clips")
    )
    missing = tuple(document.pop("missing"))
    return Index(clips=clips, missing=missing, **document)


def key_of(clip: str) -> str:
    """A file's stem for a clip of any name: readable, and never that of another."""
    spoken = re.sub(r"[^A-Za-z0-9_-]+", "-", clip)[:60].strip("-")
    return f"{spoken}-{hashlib.sha256(clip.encode()).hexdigest()[:10]}"


def array_sha256(array: NDArray[Any]) -> str:
    """The hash of an array's shape, type and bytes."""
    digest = hashlib.sha256(f"{array.shape} {array.dtype.str}".encode())
    digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()


def write_array(path: Path, array: NDArray[Any]) -> str:
    """Write an array in one move; return its hash. Raises StorageError."""
    write_bytes(path, npy_bytes(array))
    return array_sha256(array)
