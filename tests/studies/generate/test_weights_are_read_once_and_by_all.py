"""Weights are hashed once for all nets of a run, and kept so that any worker reads."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from studies.errors import StudyError
from studies.services import generation_weights
from studies.services.generation_weights import keep_weights
from tests.studies.generate.booth import FakeSampler
from tests.studies.generate.test_weights_are_handed_over import Reading

READS = hashlib.sha256(b"weights").hexdigest()


@pytest.fixture
def kept(tmp_path: Path, settings: Any) -> Path:
    """Where they are looked for, with what other nets read."""
    settings.RUNS_ROOT = tmp_path / "runs"
    folder = tmp_path / "runs" / "weights"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / f"{name}.pt").write_bytes(name.encode())
    return folder


@pytest.fixture
def given(tmp_path: Path, fake: FakeSampler) -> Path:
    """A file that the last of four nets reads; the others' lie where they belong."""
    nets = [hashlib.sha256(name).hexdigest() for name in (b"a", b"b", b"b")]
    fake.trained = [
        Reading(tmp_path / str(number) / "best.net", "a" * 64, weights=digest)
        for number, digest in enumerate([*nets, READS])
    ]
    path = tmp_path / "own.pt"
    path.write_bytes(b"weights")
    return path


def keep(given: Path) -> Path:
    (path,) = keep_weights(Path("/r"), [given])
    return path


def test_every_file_is_hashed_once_until_it_changes(
    given: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    digest = hashlib.file_digest

    def counted(file: Any, name: str) -> Any:
        hashed.append(Path(file.name).name)
        return digest(file, name)

    monkeypatch.setattr(hashlib, "file_digest", counted)
    keep(given)
    assert sorted(hashed) == ["a.pt", "b.pt", "own.pt"]
    # written to by one of its two names, it is another file by both
    given.write_bytes(b"of another net")
    with pytest.raises(StudyError, match="is that one"):
        keep(given)
    assert hashed[3:] == ["own.pt", f"own-{READS[:12]}.pt"]


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_file_of_the_same_size_and_time_is_hashed_anew(
    given: Path, kept: Path, is_replaced: bool
) -> None:
    keep(given)
    given.with_name("spare.pt").write_bytes(b"another")
    before, other = given.stat(), given.with_name("spare.pt")
    if is_replaced:
        other.replace(given)
    else:
        given.write_bytes(b"another")
    # as rsync -t and cp -p leave it; the system's clock goes in ticks
    os.utime(given, ns=(before.st_atime_ns, before.st_mtime_ns))
    while given.stat().st_ctime_ns == before.st_ctime_ns:
        os.utime(given, ns=(before.st_atime_ns, before.st_mtime_ns))
    (kept / f"own-{READS[:12]}.pt").unlink()
    with pytest.raises(StudyError, match="is that one"):
        keep(given)


@pytest.mark.parametrize(("mode", "is_linked"), [(0o644, True), (0o600, False)])
def test_what_not_all_may_read_is_copied(
    given: Path, kept: Path, mode: int, is_linked: bool
) -> None:
    given.chmod(mode)
    path = keep(given)
    assert path.samefile(given) == is_linked
    assert path.read_bytes() == b"weights"
    assert path.stat().st_mode & 0o044 == 0o044
    # the rights of what was given are its owner's
    assert given.stat().st_mode & 0o777 == mode


def test_what_was_linked_before_is_made_readable(given: Path, kept: Path) -> None:
    given.chmod(0o600)
    os.link(given, kept / f"own-{READS[:12]}.pt")
    path = keep(given)
    assert path.stat().st_mode & 0o044 == 0o044
    assert not path.samefile(given)


def test_what_a_killed_run_left_is_not_written_through(
    given: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = given.with_name("other.pt")
    other.write_bytes(b"precious")
    draft = kept / "draft.pt"
    os.link(other, draft)
    given.chmod(0o600)
    generation_weights._link(given, draft)
    assert other.read_bytes() == b"precious"
    assert draft.read_bytes() == b"weights"
