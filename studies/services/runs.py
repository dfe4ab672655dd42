"""Training runs that lie where the site may look for them; read without torch."""

import os
from pathlib import Path

from django.conf import settings

from studies.errors import StudyError

CHECKPOINT = "best.net"
"""What training calls the net that did best on clips it did not learn from."""

_DEPTH = 3
_MOST = 200


def runs_below(root: Path | None = None) -> list[str]:
    """Return the runs below RUNS_ROOT as paths relative to it, sorted, at most 200.

    A run is a folder with a checkpoint in it; a folder that holds several runs, of
    other categories or methods, is one to choose as well.
    """
    root = root or Path(settings.RUNS_ROOT)
    found: list[Path] = []
    for at, folders, files in os.walk(root):
        here = Path(at).relative_to(root)
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        if len(here.parts) >= _DEPTH:
            folders.clear()
        if CHECKPOINT in files and here.parts:
            found.append(here)
        if len(found) >= _MOST:
            break
    parents = [run.parents[n] for run in found for n in range(len(run.parts) - 1)]
    several = {parent for parent in parents if parents.count(parent) > 1}
    return sorted(path.as_posix() for path in {*found, *several})


def run_path(name: str) -> Path:
    """Return the folder of a run that `runs_below` lists; StudyError for another."""
    if name not in runs_below():
        raise StudyError(f"There is no run {name!r} below {settings.RUNS_ROOT}.")
    return Path(settings.RUNS_ROOT) / name


def weights_folder() -> Path:
    """Return where weights of feature networks are looked for, by their contents."""
    return Path(settings.RUNS_ROOT) / "weights"
