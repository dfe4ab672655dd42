"""Files of a study in the default storage: on disk, or in a bucket."""

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.urls import reverse

from studies.errors import StudyError
from studies.models import Stimulus

_BLOCK = 2**20
_STALE_SECONDS = 3600.0


def on_disk() -> bool:
    """Whether the default storage is a folder of this machine."""
    return not settings.S3_BUCKET


def media_url(stimulus: Stimulus) -> str:
    """Return where a rater's browser gets a stimulus: an opaque name, no cookie."""
    if on_disk():
        return reverse("rating:media", args=[Path(stimulus.file).stem])
    return str(default_storage.url(stimulus.file))


def keep(name: str, path: Path, *, sha256: str = "") -> None:
    """Store the file `path` as `name`, whole or not at all; replace what is there.

    Raises StudyError when its contents are not those of `sha256` (empty: any): the
    file has changed since it was looked at.
    """
    target = Path(default_storage.path(name)) if on_disk() else None
    if target is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(
        prefix=".", suffix=".part", dir=target.parent if target is not None else None
    )
    try:
        with os.fdopen(handle, "wb") as sink:
            found = _copy(path, sink)
        if sha256 and found != sha256:
            raise StudyError(f"{path.name}: it changed while it was read; try again")
        if target is not None:
            Path(draft).chmod(settings.FILE_UPLOAD_PERMISSIONS)
            Path(draft).replace(target)
        else:
            with Path(draft).open("rb") as source:
                default_storage.save(name, File(source))
    finally:
        Path(draft).unlink(missing_ok=True)


def _copy(path: Path, sink: IO[bytes]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
            sink.write(block)
    return digest.hexdigest()


def sweep() -> None:
    """Remove the drafts that a killed process left in our folders an hour ago."""
    if not on_disk():
        return
    for draft in Path(default_storage.path("")).glob("[rs]*/**/.*.part"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - draft.stat().st_mtime > _STALE_SECONDS:
                draft.unlink()


def is_there(stimulus: Stimulus) -> bool:
    """Whether a built stimulus still has its file; a bucket is trusted unasked."""
    if not on_disk():
        return True
    return bool(stimulus.file) and default_storage.exists(stimulus.file)


def drop(names: Iterable[str]) -> None:
    """Delete stored files; what is gone already is no fault."""
    for name in names:
        default_storage.delete(name)


def drop_unused_sources(names: Iterable[str]) -> None:
    """Delete those of the source files `names` that no stimulus is made from."""
    wanted = set(names)
    used = Stimulus.objects.filter(source_file__in=wanted)
    drop(sorted(wanted - set(used.values_list("source_file", flat=True))))


@contextlib.contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """Give a stored file as a path of this machine."""
    if on_disk():
        yield Path(default_storage.path(name))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        with default_storage.open(name) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield path
