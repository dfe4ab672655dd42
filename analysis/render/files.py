"""Writing files, each as a whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def write_files(files: Mapping[str, bytes], out_dir: Path | str) -> list[Path]:
    """Write contents by relative path into a folder and return the files.

    The folder is made when missing. A file is replaced as a whole or not at all.
    Raises OSError when the folder cannot be written.
    """
    paths = []
    for name, content in files.items():
        path = Path(out_dir) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_bytes(path, content)
        paths.append(path)
    return paths


def replace_bytes(path: Path, content: bytes) -> None:
    """Write a file; whoever reads meanwhile finds the old one, whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
