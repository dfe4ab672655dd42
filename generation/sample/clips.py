"""The clips that are to be sounded, with the features their checkpoint reads."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from generation.checkpoint import Checkpoint, heard_key
from generation.dataset.clipset import ClipSet, feature_key, load_clips
from generation.dataset.decode import DecodeJob, decode_clip
from generation.dataset.extract import extract_features
from generation.dataset.index import ClipFacts, Index, PreparedClip
from generation.dataset.plain import read_listed
from generation.dataset.prepare import FOLDERS, SIDE
from generation.dataset.record import Reading
from generation.features.source import FeatureError
from generation.files import StorageError, remove_drafts
from generation.media import MediaError, ToolMissingError
from generation.sample.record import (
    Progress,
    SampleError,
    Sampling,
    same_category,
)
from generation.sample.sources import open_source

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Material:
    """Clips with features; `remarks` say which were left out.

    `trained` are the names of those that the net was trained on, by all that is known.
    """

    clips: ClipSet
    trained: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()


def open_material(
    asked: Sampling, checkpoint: Checkpoint, *, device: str, progress: Progress
) -> Material:
    """The clips of a prepared folder or of a manifest, of the checkpoint's categories.

    Features that are not there yet are extracted. Raises SampleError, and what reading
    the data raises.
    """
    if asked.data.is_dir():
        found = load_clips(asked.data)
        clips = found.only(part="test") if asked.split == "test" else found
        if not clips.clips:
            raise SampleError(f"{asked.data}: no {asked.split} clip in it")
    else:
        listed = read_listed(asked.data, allow_outside=True)
        clips = _decoded(listed, asked.work or asked.out / "prepared", progress)
    clips, remarks = _fitting(clips, checkpoint)
    trained = _trained(clips, checkpoint)
    if trained:
        told = (
            f"the net was trained on {len(trained)} of the {len(clips.clips)} clips, "
            "as the manifest notes: their sounds do not tell how it does on new video"
        )
        remarks = (*remarks, told)
    ready = _with_features(clips, asked, checkpoint, device, progress)
    for clip in ready.clips:
        ready.features(clip.clip)  # what is damaged is told before hours of sampling
    return Material(ready, trained, remarks)


def _trained(clips: ClipSet, checkpoint: Checkpoint) -> frozenset[str]:
    """The clips of the bytes that the net heard; an older net tells its split alone."""
    data = checkpoint.data
    heard = set(data.heard)
    is_its_own = not heard and clips.index.split_sha256 == data.split
    return frozenset(
        clip.clip
        for clip in clips.clips
        if (is_its_own and clip.part == "train")
        or heard_key(clip.facts.media_sha256, clip.facts.start) in heard
    )


def _fitting(clips: ClipSet, checkpoint: Checkpoint) -> tuple[ClipSet, tuple[str, ...]]:
    known = checkpoint.data.categories
    fit = tuple(
        clip
        for clip in clips.clips
        if not known or any(same_category(clip.category, name) for name in known)
    )
    trained = ", ".join(checkpoint.data.categories)
    if not fit:
        raise SampleError(
            f"no clip is of the categories the net was trained on ({trained}); there "
            f"are {', '.join(clips.categories)}"
        )
    left = sorted({c.category for c in clips.clips} - {c.category for c in fit})
    remarks = (
        (f"left out: {', '.join(left)}; the net was trained on {trained}",)
        if left
        else ()
    )
    return ClipSet(clips.folder, clips.index, fit, clips.cache), remarks


def _with_features(
    clips: ClipSet,
    asked: Sampling,
    checkpoint: Checkpoint,
    device: str,
    progress: Progress,
) -> ClipSet:
    facts = checkpoint.features
    if (clips.folder / "features" / facts.identity / "source.json").is_file():
        # what tells of them may be damaged: extracting writes it anew
        with suppress(FeatureError):
            ready = clips.with_features(facts.identity)
            if _all_there(ready):
                return ready
    beside = (asked.checkpoint.parent, asked.data if asked.data.is_dir() else None)
    places = [*asked.weights, *(place for place in beside if place)]
    source = open_source(facts, places, device=device)
    extracted = extract_features(clips, source, progress=_counted(progress, "features"))
    if extracted.failures:
        told = "; ".join(map(str, extracted.failures[:_SHOWN]))
        raise SampleError(
            f"no features of {len(extracted.failures)} of the clips: {told}"
        )
    return clips.with_features(facts.identity)


def _all_there(clips: ClipSet) -> bool:
    cache = clips.cache
    return cache is not None and all(
        cache.has(feature_key(clip.facts, cache), clip.frames) for clip in clips.clips
    )


def _decoded(listed: Reading, folder: Path, progress: Progress) -> ClipSet:
    """The clips of a manifest, decoded into `folder`; none has a gain of its own."""
    remove_drafts(folder / name for name in FOLDERS)
    jobs = [DecodeJob(record, folder, "none", SIDE) for record in listed.records]
    facts: list[ClipFacts] = []
    failures: list[str] = []
    progress.start(len(jobs), "decoding")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [pool.submit(decode_clip, job) for job in jobs]
        try:
            for job, future in zip(jobs, running, strict=True):
                try:
                    facts.append(future.result()[0])
                except (StorageError, ToolMissingError):
                    raise
                except (MediaError, ValueError, OSError) as error:
                    failures.append(f"{job.record.clip}: {error}")
                progress.step()
        finally:
            pool.shutdown(cancel_futures=True)
    progress.done()
    if failures:
        told = "; ".join(failures[:_SHOWN])
        raise SampleError(f"{len(failures)} of the clips cannot be decoded: {told}")
    index = Index(
        name=listed.name,
        gain="none",
        side=SIDE,
        split_kind="all",
        split_seed=0,
        split_sha256="",
        clips=tuple(PreparedClip(one, "test") for one in facts),
    )
    return ClipSet(folder, index, index.clips)


def _counted(
    progress: Progress, label: str
) -> Callable[[Iterator[str], int], Iterator[str]]:
    """Progress in the form in which extraction tells it."""

    def told(names: Iterator[str], total: int) -> Iterator[str]:
        progress.start(total, label)
        for name in names:
            progress.step()
            yield name
        progress.done()

    return told
