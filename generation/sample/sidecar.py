"""The record beside every generated sound: written last, so it vouches for the file."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from generation.checkpoint import file_sha256
from generation.dataset.index import ClipFacts, key_of
from generation.files import write_text
from generation.sample.record import Made, Sampling

VERSION = 1
"""Raised when the same request would give another sound."""

_LISTS = ("faults",)


def sound_path(out: Path, system: str, clip: str) -> Path:
    """Where a clip's sound by a system is."""
    return out / key_of(system) / f"{key_of(clip)}.wav"


def record_path(sound: Path) -> Path:
    """Where the record of a sound is."""
    return sound.with_suffix(".json")


def request_hash(
    asked: Sampling, facts: ClipFacts, *, method: str, checkpoint: str, gain: float
) -> str:
    """The hash of all that decides a clip's sound, but for rounding."""
    given = [VERSION, facts.clip, facts.media_sha256, facts.start, facts.frames]
    given += [method, checkpoint, asked.seed, asked.temperature, gain]
    return hashlib.sha256(json.dumps(given).encode()).hexdigest()


def write_record(out: Path, made: Made) -> None:
    """Write the record of a sound that is there, in one move."""
    document = {"version": VERSION, **asdict(made)}
    write_text(record_path(out / made.file), json.dumps(document, indent=1) + "\n")


def read_record(sound: Path) -> Made | None:
    """The record of a sound, None unless it is whole and the file is what it says."""
    try:
        document: dict[str, Any] = json.loads(
            record_path(sound).read_text(encoding="utf-8")
        )
        if document.pop("version") != VERSION:
            return None
        for name in _LISTS:
            document[name] = tuple(document[name])
        made = Made(**document)
        return made if file_sha256(sound) == made.sha256 else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
