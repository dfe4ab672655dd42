"""What tests of a build look at."""

from pathlib import Path

from django.core.files.storage import default_storage

from studies.models import Stimulus, Study


class Bar:
    """Progress that counts."""

    def __init__(self) -> None:
        self.total, self.steps, self.ended = 0, 0, 0

    def start(self, total: int, label: str) -> None:
        self.total = total

    def step(self, n: int = 1) -> None:
        self.steps += n

    def done(self) -> None:
        self.ended += 1


def file_of(row: Stimulus) -> Path:
    return Path(default_storage.path(row.file))


def by_clip(study: Study) -> dict[str, list[Stimulus]]:
    """The stimuli of each clip, catches too."""
    found: dict[str, list[Stimulus]] = {}
    for row in study.stimuli.select_related("clip", "system"):
        found.setdefault(row.clip.key, []).append(row)
    return found


def contents(study: Study) -> dict[str, bytes]:
    return {row.file: file_of(row).read_bytes() for row in study.stimuli.all()}


def moments(study: Study) -> dict[str, float]:
    """When each clip's files were last written."""
    return {
        clip: max(file_of(row).stat().st_mtime_ns for row in rows)
        for clip, rows in by_clip(study).items()
    }
