"""Compute the features of every clip of a prepared folder, once."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.dataset.clipset import ClipSet, feature_key
from generation.dataset.decode import LONGEST_SECONDS, frame_times
from generation.dataset.index import PreparedClip
from generation.dataset.prepare import Failure
from generation.features.cache import FeatureCache
from generation.features.source import FeatureSource
from generation.files import StorageError, remove_drafts
from generation.media import MediaError, ToolMissingError
from generation.media.footage import Cut, read_pictures


@dataclass(frozen=True, slots=True)
class Extraction:
    """Where the features are (`ClipSet.with_features` takes `identity`), and the rest.

    `kept` clips had theirs before.
    """

    identity: str
    is_stub: bool
    done: int
    kept: int
    failures: tuple[Failure, ...]


def extract_features(
    clips: ClipSet,
    source: FeatureSource,
    *,
    workers: int | None = None,
    progress: Callable[[Iterator[str], int], Iterator[str]] | None = None,
) -> Extraction:
    """Compute the features of `clips` that are not there yet, or not whole.

    They are kept in the prepared folder, by content: another split of the same files
    finds them again. A clip that fails is reported and the others go on; a run that was
    broken off is taken up by starting it again. Pictures are decoded again, which needs
    ffmpeg, only when the source wants them larger than they are stored.
    """
    cache = FeatureCache.create(clips.folder / "features", source.info)
    remove_drafts([cache.folder])
    todo = [
        clip
        for clip in clips.clips
        if not cache.has(feature_key(clip.facts, cache), clip.frames)
    ]
    failures: list[Failure] = []
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        running = {
            pool.submit(_extract, clips, source, cache, clip): clip for clip in todo
        }
        names = _finished(running)
        try:
            for _ in progress(names, len(todo)) if progress else names:
                pass
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    for future, clip in running.items():
        try:
            future.result()
        except (MediaError, ValueError, OSError) as error:
            failures.append(Failure(clip.clip, str(error)))
    return Extraction(
        identity=source.info.identity,
        is_stub=source.info.is_stub,
        done=len(todo) - len(failures),
        kept=len(clips.clips) - len(todo),
        failures=tuple(sorted(failures, key=lambda f: f.clip)),
    )


def pictures_for(clips: ClipSet, clip: PreparedClip, side: int) -> NDArray[np.uint8]:
    """The pictures of a clip with the shorter side `side`: (m, 3, h, w), uint8.

    Those stored, or decoded from the clip's file where they are of another size. Raises
    MediaError when that cannot be done.
    """
    facts = clip.facts
    if side == clips.index.side:
        return clips.pictures(facts.clip)
    cut = Cut(side, facts.start, LONGEST_SECONDS)
    return read_pictures(Path(facts.path), cut=cut, at=frame_times(facts.frames))


def _extract(
    clips: ClipSet, source: FeatureSource, cache: FeatureCache, clip: PreparedClip
) -> None:
    pictures = pictures_for(clips, clip, source.info.side)
    features = source.extract(pictures, clip=clip.clip)
    cache.store(feature_key(clip.facts, cache), features)


def _finished(running: dict[Future[None], PreparedClip]) -> Iterator[str]:
    for future in as_completed(running):
        if isinstance(error := future.exception(), StorageError | ToolMissingError):
            raise error
        yield running[future].clip
