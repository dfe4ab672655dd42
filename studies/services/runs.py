"""Training runs that lie where the site may look for them; read without torch."""

import json
import os
import pickletools
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from studies.errors import StudyError

CHECKPOINT = "best.net"
"""What training calls the net that did best on clips it did not learn from."""

_DEPTH = 3
_MOST = 200
_NAMED = 10
_LARGEST_RECORD = 10_000_000

Version = tuple[int, int, int, int]
"""A file as it is now: its inode, size, and times of change, as `version_of` reads."""


class UnreadableError(StudyError):
    """A checkpoint that is none, or damaged, or says odd things; in a few words."""


@dataclass(frozen=True, slots=True)
class Net:
    """What the record of a checkpoint says: its method, and what it was trained on.

    `is_demo` and `is_stub`: demo clips or stub features, the net is for trying only.
    """

    method: str
    categories: tuple[str, ...]
    is_demo: bool = False
    is_stub: bool = False

    @property
    def is_trial(self) -> bool:
        """Whether its sounds are no result."""
        return self.is_demo or self.is_stub


def runs_below(root: Path | None = None) -> list[str]:
    """Return the runs below RUNS_ROOT as paths relative to it, sorted, at most 200.

    A run is a folder with a checkpoint in it; a folder that holds several runs, of
    other categories or methods, is one to choose as well. What has a name that no page
    can show is left out.
    """
    root = root or Path(settings.RUNS_ROOT)
    return sorted(path.as_posix() for path in _below(root))


def runs_told() -> list[tuple[str, str]]:
    """Return the runs that `runs_below` lists, each with its methods and categories.

    Such as "frame: dog, drum; seq: dog"; of what cannot be read it says so, and of nets
    of stub features or demo clips that they are for trying only.
    """
    root = Path(settings.RUNS_ROOT)
    found = _below(root)
    nets: dict[Path, Net | UnreadableError] = {}
    for run in {run for below in found.values() for run in below}:
        try:
            nets[run] = read_net(root / run / CHECKPOINT)
        except UnreadableError as error:
            nets[run] = error
    told = {name: _told([nets[run] for run in below]) for name, below in found.items()}
    return sorted((name.as_posix(), text) for name, text in told.items())


def read_net(path: Path) -> Net:
    """Read what a checkpoint is, without torch. Raises UnreadableError."""
    if not path.is_file():
        raise UnreadableError("no file")
    try:
        return _net(path, version_of(path))
    except OSError as error:
        raise UnreadableError(error.strerror or str(error)) from error
    except _DAMAGED as error:
        raise UnreadableError("no net of this program, or damaged") from error


def version_of(path: Path) -> Version:
    """Return what differs once a file is written to or replaced. Raises OSError.

    A copy that keeps times (cp -p, rsync -t) leaves size and mtime as they were; the
    time of change is the system's own, and nobody sets it.
    """
    facts = path.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def run_path(name: str) -> Path:
    """Return the folder of a run that `runs_below` lists; StudyError for another."""
    if name not in runs_below():
        raise StudyError(f"There is no run {name!r} below {settings.RUNS_ROOT}.")
    return Path(settings.RUNS_ROOT) / name


def find_run(named: Path) -> Path:
    """Return where a run lies that is named by a path, or as `runs_below` lists it.

    A path that leads somewhere goes first; one that leads nowhere is returned as it is.
    """
    below = Path(settings.RUNS_ROOT) / named
    if os.path.exists(named) or ".." in named.parts:  # noqa: PTH110 - never raises
        return named
    return below if os.path.exists(below) else named  # noqa: PTH110 - never raises


def weights_folder() -> Path:
    """Return where weights of feature networks are looked for, by their contents."""
    return Path(settings.RUNS_ROOT) / "weights"


_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    KeyError,
    TypeError,
    RuntimeError,
    AttributeError,
    StopIteration,
    EOFError,
)


# pages ask each time they are looked at
@lru_cache(maxsize=2 * _MOST)
def _net(path: Path, _version: Version) -> Net:
    # as generation.checkpoint.archive writes it: kind, version, meta, tensors
    texts = _texts(path)
    if (next(texts), next(texts)) != ("kind", "net"):
        raise ValueError("of another kind")
    while next(texts) != "meta":
        pass
    record = json.loads(next(texts))
    config = record["config"]
    method, names = config["method"], record["data"]["categories"]
    if not _is_name(method):
        raise UnreadableError(f"{path.name} names {method!r:.80} as its method")
    if not isinstance(names, list) or not all(map(_is_name, names)):
        raise UnreadableError(f"{path.name} lists its categories as {names!r:.80}")
    return Net(
        f"{method} with attention" if config.get("attention") else method,
        tuple(names),
        is_demo=record["data"].get("is_demo") is True,
        is_stub=record.get("features", {}).get("is_stub") is True,
    )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _texts(path: Path) -> Iterator[str]:
    """The texts of a file that torch wrote, in their order; nothing of it is run."""
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.endswith("/data.pkl"))
        if archive.getinfo(name).file_size > _LARGEST_RECORD:
            raise ValueError("no record of a net is so large")
        pickled = archive.read(name)
    for code, value, _ in pickletools.genops(pickled):
        if "UNICODE" in code.name:
            yield str(value)


def _below(root: Path) -> dict[Path, list[Path]]:
    """Runs and folders of several, each with the runs that it holds."""
    found: list[Path] = []
    for at, folders, files in os.walk(root):
        here = Path(at).relative_to(root)
        # a name that is no text comes as lone surrogates
        shown = (f for f in folders if f.isprintable() and not f.startswith("."))
        folders[:] = sorted(shown)
        if len(here.parts) >= _DEPTH:
            folders.clear()
        if CHECKPOINT in files and here.parts:
            found.append(here)
        if len(found) >= _MOST:
            break
    held: defaultdict[Path, list[Path]] = defaultdict(list)
    for run in found:
        for folder in (run, *run.parents[:-1]):
            held[folder].append(run)
    return {name: runs for name, runs in held.items() if name in runs or len(runs) > 1}


def _told(nets: list[Net | UnreadableError]) -> str:
    read = [net for net in nets if isinstance(net, Net)]
    faults = [net for net in nets if isinstance(net, UnreadableError)]
    if len(nets) == len(faults) == 1:
        return f"cannot be read: {faults[0]}"
    by_method: defaultdict[str, set[str]] = defaultdict(set)
    for net in read:
        by_method[net.method].update(net.categories or ("any category",))
    by_names: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for method, names in sorted(by_method.items()):
        by_names[tuple(sorted(names, key=str.casefold))].append(method)
    told = [f"{', '.join(m)}: {_named(names)}" for names, m in by_names.items()]
    told += _trials(read)
    if faults:
        told.append(f"{len(faults)} of {len(nets)} cannot be read")
    return "; ".join(told)


def _trials(nets: list[Net]) -> list[str]:
    """Say which of some nets are for trying only: a line, or none."""
    trials = [net for net in nets if net.is_trial]
    if not trials:
        return []
    some = f"{len(trials)} of {len(nets)} " if len(trials) < len(nets) else ""
    tried = ["demo clips"] if any(net.is_demo for net in trials) else []
    tried += ["stub features"] if any(net.is_stub for net in trials) else []
    return [f"{some}for trying only: of {' and '.join(tried)}"]


def _named(names: tuple[str, ...]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
