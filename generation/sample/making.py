"""Batches of clips to levels, to sound, to files with a record beside each."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from generation.checkpoint import Checkpoint, file_sha256
from generation.clip import ClipRecord
from generation.dataset.clipset import ClipSet
from generation.dataset.index import ClipFacts
from generation.geometry import SAMPLES_PER_FRAME, samples_of
from generation.media import Sound, write_wav
from generation.media.quality import Quality, check
from generation.quantize import OUT_RATE, median_gain, restore, to_48k
from generation.sample.engines import Voice
from generation.sample.listing import note_of
from generation.sample.record import (
    Made,
    Progress,
    SampleError,
    Sampling,
    same_category,
)
from generation.sample.sidecar import request_hash, sound_path, write_record

SAMPLING = "sampling"
"""What progress calls the stretch that is counted in samples."""


@dataclass(frozen=True, slots=True)
class Maker:
    """All that one run's sounds have in common."""

    asked: Sampling
    checkpoint: Checkpoint
    sha256: str

    @property
    def method(self) -> str:
        """The net's method."""
        return self.checkpoint.config.method

    @property
    def system(self) -> str:
        """The name of the system in the manifest."""
        return self.asked.system or self.method

    def gain(self, category: str) -> float:
        """What a category's levels are divided by: declared, or its training median.

        A category that the net did not learn gets the median over those it did.
        """
        if self.asked.gain is not None:
            return self.asked.gain
        gains: Mapping[str, float] = self.checkpoint.data.gains
        for name, gain in gains.items():
            if same_category(name, category):
                return gain
        if not gains:
            raise SampleError(
                f"{self.asked.checkpoint}: it holds no gain for {category}; declare "
                "one with --gain"
            )
        return median_gain(list(gains.values()))

    @property
    def folder(self) -> Path:
        """Where the system's sounds go."""
        return self.path("").parent

    def path(self, clip: str) -> Path:
        """Where a clip's sound goes."""
        return sound_path(self.asked.out, self.system, clip)

    def planned(self, facts: Sequence[ClipFacts]) -> tuple[ClipRecord, ...]:
        """What the manifest is to list of the clips' sounds, but for their notes."""
        return tuple(
            ClipRecord(
                one.clip,
                one.category,
                self.system,
                self.path(one.clip),
                seed=self.asked.seed,
                checkpoint=self.sha256,
            )
            for one in facts
        )

    def request(self, facts: ClipFacts) -> str:
        """The hash that says a sound is the one asked for."""
        return request_hash(
            self.asked,
            facts,
            method=self.method,
            checkpoint=self.sha256,
            gain=self.gain(facts.category),
        )


def make_batch(
    maker: Maker,
    voice: Voice,
    clips: ClipSet,
    names: Sequence[str],
    steps: "Steps",
    *,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Made]:
    """Sound clips side by side; each is given out once its files are there."""
    begun = clock()
    batch = clips.native_batch(names)
    steps.begin()
    levels = voice.generate(
        names,
        maker.checkpoint.scale(batch.features),
        batch.lengths,
        steps.made,
        steps.wait,
    ).numpy()
    spent = clock() - begun
    for row, name in zip(levels, names, strict=True):
        facts = clips.clip(name).facts
        yield _keep(
            maker, voice, facts, row[: samples_of(facts.frames)], spent, len(names)
        )


def to_sound(levels: NDArray[np.uint8], gain: float) -> NDArray[np.float32]:
    """Levels (1024 m,), 0..255, as sound at 48 kHz: (ceil(1024 m 625 / 208),), float32.

    Decoded, divided by the gain, resampled; beyond full scale it is clipped, as the
    file holds it. No sound is stretched to its own extremes.
    """
    return np.clip(to_48k(restore(levels, gain)), -1.0, 1.0).astype(np.float32)


def _keep(
    maker: Maker,
    voice: Voice,
    facts: ClipFacts,
    levels: NDArray[np.uint8],
    spent: float,
    beside: int,
) -> Made:
    gain = maker.gain(facts.category)
    sound = to_sound(levels, gain)
    quality: Quality = check(sound, OUT_RATE)
    path = maker.path(facts.clip)
    write_wav(path, Sound(sound, OUT_RATE))
    is_stub = maker.checkpoint.features.is_stub
    is_demo = maker.checkpoint.is_provisional or facts.is_demo
    asked = maker.asked
    made = Made(
        study=asked.study,
        clip=facts.clip,
        category=facts.category,
        method=maker.method,
        system=maker.system,
        checkpoint=maker.sha256,
        seed=asked.seed,
        temperature=asked.temperature,
        features=maker.checkpoint.features.identity,
        gain=gain,
        frames=facts.frames,
        samples=facts.frames * SAMPLES_PER_FRAME,
        rate=OUT_RATE,
        file=path.relative_to(asked.out).as_posix(),
        sha256=file_sha256(path),
        quality=quality.measures(),
        faults=quality.faults,
        engine=voice.engine.name,
        device=voice.device,
        dtype=voice.dtype,
        batch_seconds=round(spent, 3),
        batch_clips=beside,
        is_demo=is_demo,
        is_stub=is_stub,
        note=note_of(
            is_demo=is_demo,
            is_stub=is_stub,
            words=(
                f"temperature {asked.temperature:g}",
                f"gain {gain:.4g}",
                f"features {maker.checkpoint.features.identity}",
                *(["attention"] if maker.checkpoint.config.attention else []),
            ),
        ),
        made_from=maker.request(facts),
    )
    write_record(asked.out, made)
    return made


class Steps:
    """The samples of a run, of all its batches, as a stretch of progress.

    While an engine makes it wait, a stretch of its own says why.
    """

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total = progress, total
        self._done = self._told = self._part = 0
        self._is_anew = False
        progress.start(total, SAMPLING)

    def begin(self) -> None:
        """Begin to count a batch."""
        self._told = self._part = 0

    def made(self, count: int, total: int) -> None:
        """Take note that `count` of the `total` samples of a batch are made.

        A batch for which memory does not last is told in halves, each from its start.
        """
        if count <= self._told:
            if self._told < self._part:  # broken off: what was made of it is lost
                self._done -= self._told
                self._is_anew = True
            self._told = 0
        if self._is_anew:
            self._is_anew = False
            self._progress.start(self._total, SAMPLING)
            if self._done:
                self._progress.step(self._done)
        more = count - self._told
        self._told, self._part, self._done = count, total, self._done + more
        self._progress.step(more)

    def wait(self, why: str) -> None:
        """Tell why no sample is made for a while."""
        self._is_anew = True
        self._progress.start(self._total, why)
