"""`generate --weights` puts what nets read where workers look, or says what lacks."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from studies.models import Generation, Study
from tests.studies.generate.booth import FakeSampler, FakeTrained


@dataclass(frozen=True)
class Reading(FakeTrained):
    """A net with features of an encoder."""

    features: str = "own-1"
    weights: str = ""


@pytest.fixture
def encoder(tmp_path: Path, fake: FakeSampler) -> Path:
    """A file in a folder, and a net that reads it."""
    path = tmp_path / "prepared" / "own-600.encoder"
    path.parent.mkdir()
    path.write_bytes(b"weights")
    path.with_name("index.json").write_text("{}")
    digest = hashlib.sha256(b"weights").hexdigest()
    fake.trained = [Reading(tmp_path / "run" / "best.net", "a" * 64, weights=digest)]
    return path


@pytest.fixture
def kept(tmp_path: Path, settings: Any) -> Path:
    """Where they are looked for."""
    settings.RUNS_ROOT = tmp_path / "runs"
    return tmp_path / "runs" / "weights"


def generate(study: Study, *weights: Path) -> None:
    call_command("generate", study=study.slug, run=Path("/r"), weights=[*weights])


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_net_reads_is_kept_and_nothing_else(
    study: Study, encoder: Path, kept: Path, times: int
) -> None:
    other = encoder.with_name("other.encoder")
    other.write_bytes(b"of another net")
    for _ in range(times):
        generate(study, encoder.parent)
    (path,) = kept.iterdir()
    assert path.name.startswith("own-600-")
    assert path.suffix == ".encoder"
    assert path.read_bytes() == b"weights"
    # given once, they are found without being given again
    generate(study)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"others", r"reads own-1, of weights with the sha256 .*no file given"),
        (None, "no such"),
    ],
)
def test_weights_that_do_not_fit_are_told_before_anything_is_asked(
    study: Study, encoder: Path, kept: Path, content: bytes | None, message: str
) -> None:
    given = encoder.with_name("wrong.pt")
    if content is not None:
        given.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        generate(study, given)
    assert not kept.exists()
    assert not Generation.objects.exists()


def test_of_two_files_side_by_side_no_hash_is_known_so_both_are_kept(
    study: Study, encoder: Path, kept: Path, fake: FakeSampler
) -> None:
    fake.trained = [Reading(Path("/r/best.net"), "a" * 64, features="vgg19+flow-1")]
    flow = encoder.with_name("flow.pth")
    flow.write_bytes(b"flow")
    generate(study, encoder, flow)
    assert sorted(path.suffix for path in kept.iterdir()) == [".encoder", ".pth"]


def test_weights_that_no_net_reads_are_refused(
    study: Study, encoder: Path, kept: Path, fake: FakeSampler
) -> None:
    fake.trained = [Reading(Path("/r/best.net"), "a" * 64, features="stub-1")]
    with pytest.raises(CommandError, match="/r reads stub-1, and none of these files"):
        generate(study, encoder)
    assert not kept.exists()
