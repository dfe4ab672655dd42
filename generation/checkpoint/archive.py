"""Files of named tensors and one JSON text: written whole or not at all, read safely.

Read with `weights_only`: a file from elsewhere cannot run code.
"""

import hashlib
import json
import os
import pickle
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from generation.checkpoint.record import CheckpointError
from generation.files import draft_of, is_full

VERSION = 2
"""Raised when a file's content gets another meaning, or older programs cannot read it:
nets of version 2 name the clips that they heard."""

NOT_OURS = "incomplete, or not as this program writes it"

_UNREADABLE = (
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
    EOFError,
    pickle.UnpicklingError,
    zipfile.BadZipFile,
    zlib.error,
)


def write_archive(
    path: Path, kind: str, meta: Mapping[str, Any], tensors: Mapping[str, Tensor]
) -> str:
    """Write a file in one move and return its sha256; equal content, equal bytes.

    Raises CheckpointError when it cannot be written (a full disk, say), or could not be
    read again; what was there before is then still there.
    """
    try:
        _tensors(tensors)
    except (TypeError, ValueError) as error:
        raise CheckpointError(f"{path}: not written over, {error}") from error
    content = {
        "kind": kind,
        "version": VERSION,
        "meta": json.dumps(meta, sort_keys=True, allow_nan=False),
        "tensors": dict(tensors),
    }
    draft = draft_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            torch.save(content, file)
            file.flush()
            os.fsync(file.fileno())
        digest = file_sha256(draft)
        draft.replace(path)
    except (OSError, RuntimeError) as error:
        why = "no room left on its disk" if is_full(path.parent) else error
        raise CheckpointError(
            f"{path}: cannot be written ({why}); what was there before is untouched"
        ) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    return digest


def read_archive(path: Path, kind: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the JSON values and the tensors, on the CPU, of a file of one kind.

    Raises CheckpointError for a file that is missing, foreign, of another kind,
    damaged, or of a newer program.
    """
    try:
        content = _content(path)
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: no such file, where a {kind} is due") from error
    except IsADirectoryError as error:
        message = f"{path}: a folder, where a file is needed, such as its best.net"
        raise CheckpointError(message) from error
    except _UNREADABLE as error:
        raise CheckpointError(
            f"{path}: no {kind} of this program, or cut short or damaged"
        ) from error
    return _checked(path, kind, content)


def _checked(
    path: Path, kind: str, content: Any
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    if not isinstance(content, dict) or "kind" not in content:
        raise CheckpointError(f"{path}: no {kind} of this program")
    if content["kind"] != kind:
        raise CheckpointError(f"{path}: a {content['kind']}, where a {kind} is needed")
    version = content.get("version")
    if not isinstance(version, int):
        raise CheckpointError(f"{path}: {NOT_OURS} (version {version!r})")
    if version > VERSION:
        raise CheckpointError(
            f"{path}: version {version}, written by a newer program; this one reads "
            f"{VERSION}: update it"
        )
    try:
        return _meta(content["meta"]), _tensors(content["tensors"])
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path}: {NOT_OURS} ({error})") from error


def _meta(text: str) -> dict[str, Any]:
    meta = json.loads(text)
    if not isinstance(meta, dict):
        raise TypeError(f"its settings are {meta!r:.40}")
    return meta


def _tensors(named: object) -> dict[str, Tensor]:
    """Tensors by name, all of finite numbers. Raises TypeError, ValueError."""
    if not isinstance(named, Mapping):
        raise TypeError("its tensors have no names")
    for name, value in named.items():
        if not isinstance(value, Tensor):
            raise TypeError(f"{name} is no tensor")
        if value.is_floating_point() and not value.isfinite().all():
            raise ValueError(f"{name} holds what is no finite number")
    return dict(named)


def _content(path: Path) -> Any:
    # torch falls back to unpickling what is no archive, and does not look at checksums
    with zipfile.ZipFile(path) as archive:
        if (entry := archive.testzip()) is not None:
            raise ValueError(f"{entry} is not as it was written")
    return torch.load(path, map_location="cpu", weights_only=True)


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
