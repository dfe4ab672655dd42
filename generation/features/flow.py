"""Optical flow between the frames of a clip: computed by OpenCV, or read from files.

The paper took Classic+NL (Sun, Roth and Black, 2010), minutes per pair of frames; DIS
and Farneback come near enough in milliseconds, and flow computed elsewhere is read from
the layouts of twostreamfusion and of Regnet.
"""

import hashlib
import os
from itertools import pairwise
from pathlib import Path
from typing import Literal, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generation.features.source import FeatureError
from generation.features.stacks import REACH
from generation.geometry import frame_time

FlowMethod = Literal["dis", "farneback"]


class FlowFields(Protocol):
    """Gives the motion between successive frames of a clip."""

    @property
    def description(self) -> str:
        """All that its fields depend on besides the pictures."""
        ...

    def fields(self, pictures: NDArray[np.uint8], clip: str) -> NDArray[np.float32]:
        """Motion in px: pictures (m, 3, h, w) to (max(m - 1, 1), 2, h, w), float32."""
        ...


class ComputedFlow:
    """Flow by OpenCV: dense inverse search, or Farneback's polynomial expansion."""

    def __init__(self, method: FlowMethod = "dis") -> None:
        """Raises FeatureError for an unknown method."""
        if method not in ("dis", "farneback"):
            raise FeatureError(f"flow {method!r}: known are dis and farneback")
        self._method = method

    @property
    def description(self) -> str:
        """The method and its version."""
        return f"{self._method} opencv {cv2.__version__}"

    def fields(
        self,
        pictures: NDArray[np.uint8],
        clip: str,  # noqa: ARG002 - of the protocol
    ) -> NDArray[np.float32]:
        """Motion in px from each of (m, 3, h, w) to the next; 0 of one alone."""
        grey = [
            cv2.cvtColor(np.ascontiguousarray(p.transpose(1, 2, 0)), cv2.COLOR_RGB2GRAY)
            for p in pictures
        ]
        found = np.zeros((max(len(grey) - 1, 1), 2, *grey[0].shape), dtype=np.float32)
        # One per clip: an instance keeps the last pair's buffers.
        search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        for at, (here, there) in enumerate(pairwise(grey)):
            if self._method == "dis":
                flow = search.calc(here, there, np.zeros((*here.shape, 2), np.float32))
            else:
                flow = cv2.calcOpticalFlowFarneback(
                    here,
                    there,
                    np.zeros((*here.shape, 2), np.float32),
                    pyr_scale=0.5,
                    levels=4,
                    winsize=15,
                    iterations=3,
                    poly_n=5,
                    poly_sigma=1.1,
                    flags=0,
                )
            found[at] = np.asarray(flow).transpose(2, 0, 1)
        return found  # (m - 1, 2, h, w)


class FlowFiles:
    """Flow computed elsewhere, as pairs of grey JPEGs of eight bits (0: -20 px).

    Layouts: `u/<clip>/frame000001.jpg` with `v/<clip>/...` (twostreamfusion), and
    `<clip>/flow_x_00001.jpg` with `flow_y_00001.jpg` (Regnet). Files are numbered from
    1 in time; `fps` is the rate of the pictures they were computed from, and the field
    nearest in time is taken for each of ours.
    """

    def __init__(self, folder: Path, *, fps: float, reach: float = REACH) -> None:
        """Raises FeatureError when the folder is in neither layout."""
        self._pairs = (folder / "u").is_dir() and (folder / "v").is_dir()
        if not folder.is_dir() or (
            not self._pairs and not next(folder.glob("**/flow_x_*.jpg"), None)
        ):
            raise FeatureError(
                f"{folder}: neither u/<clip>/frame000001.jpg and v/..., nor "
                "<clip>/flow_x_00001.jpg and flow_y_..., in it"
            )
        if not fps > 0:
            raise FeatureError(f"flow at {fps} frames/s: give the pictures' rate")
        self._folder, self._fps, self._reach = folder, fps, reach
        self._digest = _listing(folder)

    @property
    def description(self) -> str:
        """The files' listing by its hash, their rate and reach."""
        return f"files {self._digest} {self._fps:g}/s +-{self._reach:g} px"

    def fields(self, pictures: NDArray[np.uint8], clip: str) -> NDArray[np.float32]:
        """Motion in px of the clip's files, scaled to pictures (m, 3, h, w)."""
        pairs = self._files(clip)
        frames, height, width = len(pictures), *pictures.shape[2:]
        found = np.zeros((max(frames - 1, 1), 2, height, width), dtype=np.float32)
        for at in range(frames - 1):
            # field k runs from picture k to k + 1: its middle is at (k + 1) / fps
            middle = float(frame_time(at) + frame_time(at + 1)) / 2
            number = min(max(round(middle * self._fps - 1), 0), len(pairs) - 1)
            for axis, path in enumerate(pairs[number]):
                found[at, axis] = self._read(path, (width, height), axis)
        return found

    def _files(self, clip: str) -> list[tuple[Path, Path]]:
        for name in (clip, clip.rsplit("/", 1)[-1]):
            if self._pairs:
                u, v = self._folder / "u" / name, self._folder / "v" / name
                first, second = sorted(u.glob("*.jpg")), sorted(v.glob("*.jpg"))
            else:
                place = self._folder / name
                first = sorted(place.glob("flow_x_*.jpg"))
                second = sorted(place.glob("flow_y_*.jpg"))
            if first and len(first) == len(second):
                return list(zip(first, second, strict=True))
        raise FeatureError(f"{clip}: no pairs of flow files in {self._folder}")

    def _read(
        self, path: Path, size: tuple[int, int], axis: int
    ) -> NDArray[np.float32]:
        with Image.open(path) as image:
            grey = image.convert("L")
            scale = size[axis] / grey.size[axis]
            fitted = grey.resize(size, Image.Resampling.BILINEAR)
        coded = np.asarray(fitted, dtype=np.float32)
        motion: NDArray[np.float32] = (coded / 127.5 - 1) * self._reach * scale
        return motion


def _listing(folder: Path) -> str:
    """A hash of the names and sizes of all files: what was computed, roughly."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.jpg")):
        name = os.fsencode(path.relative_to(folder))
        digest.update(b"%s %d\n" % (name, path.stat().st_size))
    return digest.hexdigest()[:16]
