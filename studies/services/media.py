"""Files of a study in the default storage: on disk, or in a bucket."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.urls import reverse

from studies.models import Stimulus


def on_disk() -> bool:
    """Whether the default storage is a folder of this machine."""
    return not settings.S3_BUCKET


def media_url(stimulus: Stimulus) -> str:
    """Return where a rater's browser gets a stimulus: an opaque name, no cookie."""
    if on_disk():
        return reverse("rating:media", args=[Path(stimulus.file).stem])
    return str(default_storage.url(stimulus.file))


def keep(name: str, path: Path) -> None:
    """Store the file `path` as `name`, whole or not at all; replace what is there."""
    if on_disk():
        target = Path(default_storage.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = target.with_name(f".{target.name}.{os.getpid()}.part")
        try:
            shutil.copyfile(path, draft)
            draft.chmod(settings.FILE_UPLOAD_PERMISSIONS)
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
        return
    with path.open("rb") as handle:
        default_storage.save(name, File(handle))


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
