"""Weights of feature networks, put where whoever samples looks for them."""

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from generation.files import drafted
from studies.errors import StudyError
from studies.services import generate
from studies.services.runs import Version, version_of, weights_folder

SUFFIXES = (".pt", ".pth", ".safetensors", ".mat", ".encoder")
"""What is taken of a folder: what the sampler reads."""


class Net(Protocol):
    """What is asked of a checkpoint: a `generation.sample.Trained` is one."""

    @property
    def path(self) -> Path:
        """Its file."""
        ...

    @property
    def features(self) -> str:
        """The identity of the features that it reads."""
        ...

    @property
    def weights(self) -> str:
        """The sha256 of the one file that those come from, "" for none or several."""
        ...


def keep_weights(run: Path, given: Sequence[Path]) -> list[Path]:
    """Give the weights that the nets of a run read a place below RUNS_ROOT/weights.

    given: files, and folders of files; they are told by their contents (sha256), and
    those that no net reads stay where they are. Returns where those that are read lie,
    now or since before. Raises StudyError for a file or folder that is not there, for a
    net whose weights are not among them, and where nothing can be written.
    """
    tool = generate.sampler()
    try:
        nets = tool.trained_in(run)
    except tool.SampleError as error:
        raise StudyError(str(error)) from error
    files = {_sha256(path): path for place in given for path in _files(place)}
    found = _known(nets, files)
    kept = [_kept(digest, files[digest]) for digest in sorted(found)]
    if not kept:
        read = sorted({net.features for net in nets})
        raise StudyError(
            f"--weights: {run} reads {', '.join(read)}, and none of these files"
        )
    return kept


def _known(nets: Sequence[Net], files: dict[str, Path]) -> set[str]:
    """The hashes of the files that nets read. StudyError where one is not among them.

    Of several sources side by side a checkpoint has no file's hash: all are taken then,
    and the sampler tries them.
    """
    found: set[str] = set()
    for net in nets:
        if net.weights in files:
            found.add(net.weights)
        elif net.weights and not _is_beside(net.path, net.weights):
            raise StudyError(
                f"--weights: {net.path} reads {net.features}, of weights with the "
                f"sha256 {net.weights}: no file given, in {weights_folder()} or beside "
                "it is that one"
            )
        elif not net.weights and "+" in net.features:
            found.update(files)
    return found


def _is_beside(checkpoint: Path, digest: str) -> bool:
    places = filter(Path.is_dir, (weights_folder(), checkpoint.parent))
    return any(_sha256(path) == digest for place in places for path in _files(place))


def _files(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield from sorted(p for p in place.iterdir() if p.suffix in SUFFIXES)
    elif place.is_file():
        yield place
    else:
        raise StudyError(f"--weights {place}: no such file or folder")


def _kept(digest: str, source: Path) -> Path:
    folder = weights_folder()
    suffix = source.suffix if source.suffix in SUFFIXES else ".pt"
    target = folder / f"{source.stem}-{digest[:12]}{suffix}"
    if folder.resolve() == source.parent.resolve():
        return source
    if target.is_file() and _is_for_all(target) and _sha256(target) == digest:
        return target
    try:
        with drafted(target) as draft:
            _link(source, draft)
    except OSError as error:
        raise StudyError(f"--weights: {error}") from error
    return target


def _link(source: Path, target: Path) -> None:
    """Give a file a second name; copy it where that cannot be, or not all may read it.

    Whoever samples may be another user. Links share their rights: those of what was
    given are left alone.
    """
    source = source.resolve()
    # what a killed run left may be a link: copied over, it would change what it names
    target.unlink(missing_ok=True)
    if _is_for_all(source):
        try:
            os.link(source, target)
        except OSError:
            pass
        else:
            return
    shutil.copyfile(source, target)
    target.chmod(0o644)


def _is_for_all(path: Path) -> bool:
    return bool(path.stat().st_mode & stat.S_IROTH)


def _sha256(path: Path) -> str:
    try:
        return _hashed(path.absolute(), version_of(path))
    except OSError as error:
        raise StudyError(f"--weights {path}: cannot be read ({error})") from error


# every net of a run asks for the same files, of hundreds of megabytes each
@lru_cache(maxsize=512)
def _hashed(path: Path, _version: Version) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
