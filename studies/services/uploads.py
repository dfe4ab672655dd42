"""Take in what a person hands over in the browser; the worker reads it later."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import File
from django.db.models import Q, QuerySet
from django.utils import timezone

from analysis.votes import counted
from studies.errors import FaultsError, StudyError
from studies.models import Upload
from studies.services.ingest import IngestResult, ingest
from studies.services.picked import lay_out
from studies.services.progress import RowProgress
from studies.services.unpack import LONGEST_NAME, Limits, remove_folder, unpack

MANIFEST_SUFFIXES = (".csv", ".jsonl", ".ndjson")
_STALE = timedelta(minutes=5)
_KEPT = timedelta(days=7)


def stage(
    files: Iterable[File[Any]], *, slug: str, title: str, by: User | None
) -> Upload:
    """Keep the files of a new study aside, to be read by `read`.

    A .zip is kept whole; unpacking it is the worker's. StudyError when two files
    have one name.
    """
    forget_old(timezone.now())
    upload = Upload(slug=slug, title=title, by=by)
    folder = settings.DATA_DIR / "uploads" / upload.key
    upload.folder = str(folder)
    (folder / "files").mkdir(parents=True)
    try:
        for file in files:
            _keep(file, folder)
    except StudyError:
        remove_folder(folder)
        raise
    upload.save()
    return upload


def point(manifest: Path, *, slug: str, title: str, by: User | None) -> Upload:
    """Name a manifest that lies on this machine; StudyError when it may not be read.

    Where the setting INGEST_ROOTS names folders, it has to lie below one of them.
    """
    path = _full(manifest)
    roots = [Path(root).resolve() for root in settings.INGEST_ROOTS]
    if roots and not any(path.is_relative_to(root) for root in roots):
        allowed = ", ".join(str(root) for root in roots)
        raise StudyError(f"{path} lies outside the folders allowed here: {allowed}.")
    if not os.path.exists(path):  # noqa: PTH110 - never raises
        raise StudyError(f"{path}: there is no such file on this server.")
    if path.suffix.lower() not in MANIFEST_SUFFIXES or not path.is_file():
        raise StudyError(
            f"{path} is no manifest on this server: a file ending in "
            f"{', '.join(MANIFEST_SUFFIXES)} is wanted."
        )
    return Upload.objects.create(slug=slug, title=title, manifest=str(path), by=by)


def _full(path: Path) -> Path:
    try:
        return path.expanduser().resolve()
    except (OSError, RuntimeError) as error:
        raise StudyError(f"{path}: cannot be looked up ({error}).") from error


def read(upload: Upload, *, now: datetime) -> Upload:
    """Read a waiting upload into its study. Run twice, it reads once.

    What is wrong ends on the upload, not as an error: `faults`, one line each.
    """
    claimable = Q(state=Upload.State.WAITING) | Q(
        state=Upload.State.READING, seen_at__lt=now - _STALE
    )
    claimed = Upload.objects.filter(claimable, pk=upload.pk).update(
        state=Upload.State.READING, seen_at=now, done=0, total=0, faults=[], summary=""
    )
    if claimed:
        upload.refresh_from_db()
        try:
            _finish(upload, _ingest(upload))
        except FaultsError as error:
            _fail(upload, error.summary, list(error.faults), error.storable)
        except StudyError as error:
            _fail(upload, str(error), [])
    upload.refresh_from_db()
    return upload


def again(upload: Upload, *, skip_bad: bool, now: datetime) -> bool:
    """Put an upload with faults, or one whose reader died, back in the queue."""
    stopped = Q(state=Upload.State.FAULTY) | Q(
        state=Upload.State.READING, seen_at__lt=now - _STALE
    )
    changed = Upload.objects.filter(stopped, pk=upload.pk).update(
        state=Upload.State.WAITING, skip_bad=skip_bad, faults=[], summary=""
    )
    return bool(changed)


def read_left_behind(now: datetime) -> int:
    """Read what a dead worker or a lost queue left; return how many there were."""
    left = list(
        Upload.objects.filter(
            Q(state=Upload.State.READING, seen_at__lt=now - _STALE)
            | Q(state=Upload.State.WAITING, created_at__lt=now - _STALE)
        )
    )
    for upload in left:
        read(upload, now=now)
    return len(left)


def is_stopped(upload: Upload, *, now: datetime) -> bool:
    """Whether its reader has said nothing for five minutes."""
    return (
        upload.state == Upload.State.READING
        and upload.seen_at is not None
        and upload.seen_at < now - _STALE
    )


def discard(upload: Upload) -> None:
    """Forget an upload and remove the files that were kept for it."""
    _drop_files(upload)
    upload.delete()


def forget_old(now: datetime) -> None:
    """Discard what was left lying with faults for seven days."""
    for upload in Upload.objects.filter(
        created_at__lt=now - _KEPT, state=Upload.State.FAULTY
    ):
        discard(upload)


def _keep(file: File[Any], folder: Path) -> None:
    name = Path(file.name or "").name
    if not name or name.startswith("."):
        raise StudyError(f"A file with the name {file.name!r} cannot be taken.")
    if len(name.encode()) > LONGEST_NAME:
        raise StudyError(
            f"{name[:40]}...: longer than {LONGEST_NAME} bytes. Rename it."
        )
    zipped = name.lower().endswith(".zip")
    target = folder / ("archives" if zipped else "files") / name
    target.parent.mkdir(exist_ok=True)
    try:
        with target.open("xb") as sink:
            for chunk in file.chunks():
                sink.write(chunk)
    except FileExistsError as error:
        raise StudyError(
            f"Two files are called {name}, and a browser drops the folders they lie "
            "in. Hand in one .zip of the whole folder."
        ) from error


def _ingest(upload: Upload) -> IngestResult:
    manifest = Path(upload.manifest) if upload.manifest else _unpacked_manifest(upload)
    hint = lay_out(manifest) if _is_picked(upload) else ""
    try:
        return ingest(
            manifest,
            slug=upload.slug,
            title=upload.title,
            skip_bad=upload.skip_bad,
            progress=RowProgress(Upload.objects.filter(pk=upload.pk)),
        )
    except FaultsError as error:
        if hint:
            summary = f"{error.summary}. {hint}"
            raise FaultsError(summary, error.faults, storable=error.storable) from error
        raise


def _is_picked(upload: Upload) -> bool:
    """Whether files were handed over one by one, not in an archive."""
    return bool(upload.folder) and not (Path(upload.folder) / "archives").exists()


def _unpacked_manifest(upload: Upload) -> Path:
    folder = Path(upload.folder)
    files = folder / "files"
    limits = Limits(total_bytes=settings.MAX_UPLOAD_MB * 4 * 1024 * 1024)
    for archive in sorted((folder / "archives").glob("*")):
        # aside first: a reader that died half-way leaves nothing half unpacked
        aside = folder / "unpacking"
        remove_folder(aside)
        aside.mkdir()
        unpack(archive, aside, limits)
        for path in sorted(aside.iterdir()):
            if (files / path.name).exists():
                raise StudyError(f"{archive.name}: {path.name} is there already.")
            path.rename(files / path.name)
        # a second reading, to skip what is bad, finds it unpacked
        archive.unlink()
    return find_manifest(files)


def find_manifest(folder: Path) -> Path:
    """Return the one manifest below `folder`, the shallowest and best named.

    `manifest.*` goes before other names; StudyError when there is none, or when
    several would do.
    """
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in MANIFEST_SUFFIXES and path.is_file()
    ]
    if not found:
        raise StudyError(
            "There is no manifest among the files: add manifest.csv or manifest.jsonl "
            "with the columns clip, category, system, path."
        )

    def rank(path: Path) -> tuple[bool, int]:
        return path.stem.lower() != "manifest", len(path.parts)

    best = [path for path in found if rank(path) == min(map(rank, found))]
    if len(best) > 1:
        names = ", ".join(str(path.relative_to(folder)) for path in best)
        raise StudyError(f"Several files could be the manifest: {names}. Keep one.")
    return best[0]


def _finish(upload: Upload, result: IngestResult) -> None:
    _being_read(upload).update(
        state=Upload.State.DONE,
        study=result.study,
        summary=f"{counted(result.stored, 'file')} stored, {result.known} known "
        "already.",
        warnings=list(result.warnings),
        left_out=list(result.left_out),
    )
    _drop_files(upload)


def _fail(upload: Upload, summary: str, faults: list[str], storable: int = 0) -> None:
    # where we keep the files for a while helps nobody
    ours = f"{upload.folder}/files/"
    known = (lambda text: text.replace(ours, "")) if upload.folder else str
    _being_read(upload).update(
        state=Upload.State.FAULTY,
        summary=known(summary),
        faults=[known(fault) for fault in faults],
        storable=storable,
    )


def _being_read(upload: Upload) -> "QuerySet[Upload]":
    # of two readers, the first one's finding stands
    return Upload.objects.filter(pk=upload.pk, state=Upload.State.READING)


def _drop_files(upload: Upload) -> None:
    if upload.folder:
        remove_folder(Path(upload.folder))
