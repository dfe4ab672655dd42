"""A killed run ends like an unbroken one; two at once leave each other alone."""

import os
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest
import torch

from generation.files import draft_of, owned
from generation.manifest import read_manifest
from generation.sample import BusyError, Sampling, Silent, read_record, sample
from tests.generation.sample.world import asking, tiny_checkpoint


class Until(Silent):
    """Progress that ends the process after so many steps of sampling."""

    def __init__(self, steps: int) -> None:
        self._left = steps
        self._counts = False

    def start(self, total: int, label: str) -> None:
        """Count from where sampling begins."""
        del total
        self._counts = label == "sampling"

    def step(self, n: int = 1) -> None:
        """Die at the last step."""
        self._left -= n * self._counts
        if self._left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


def die(asked: Sampling, steps: int) -> None:
    torch.set_num_threads(1)
    sample(asked, progress=Until(steps))


def run_apart(work: Callable[[], None]) -> int | None:
    process = get_context("fork").Process(target=work)
    process.start()
    process.join()
    return process.exitcode


def everything(out: Path) -> dict[str, bytes]:
    """All files but what is decoded, and the locks; times taken left out."""
    found = {}
    for path in sorted(out.rglob("*")):
        name = str(path.relative_to(out))
        if not path.is_file() or name.startswith("prepared") or path.name == ".lock":
            continue
        found[name] = path.read_bytes()
        if path.suffix == ".json":
            record = read_record(path.with_suffix(".wav"))
            assert record is not None
            found[name] = repr(replace(record, batch_seconds=0.0)).encode()
    return found


# three clips of 3, 2 and 3 frames of 1,024 samples: killed in each of the batches
@pytest.mark.parametrize("steps", [1, 3000, 4000, 8000])
def test_killed_and_started_again_it_ends_byte_for_byte_the_same(
    checkpoint: Path, manifest: Path, tmp_path: Path, steps: int
) -> None:
    broken = asking(checkpoint, manifest, tmp_path / "broken", batch=1, seed=3)
    assert run_apart(partial(die, broken, steps)) == -signal.SIGKILL
    assert not (tmp_path / "broken" / "manifest.csv").exists()
    there = len(list((tmp_path / "broken").glob("frame-*/*.wav")))
    (folder,) = (tmp_path / "broken").glob("frame-*")
    half = draft_of(folder / "half.wav")
    half.with_name(half.name.replace(f".{os.getpid()}.", ".999999999.")).touch()
    done = sample(broken)
    assert done.kept == there == (steps > 3000) + (steps > 6000)
    sample(replace(broken, out=tmp_path / "whole"))
    assert everything(tmp_path / "broken") == everything(tmp_path / "whole")
    assert not list(tmp_path.rglob("*.part"))


def test_of_two_that_make_the_same_the_second_is_told(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    asked = asking(checkpoint, manifest, tmp_path)
    folder = (tmp_path / sample(asked).made[0].file).parent
    with owned(folder), pytest.raises(BusyError, match=rf"process {os.getpid()} on"):
        sample(asked)
    assert sample(asked).kept == 3


def test_two_systems_at_once_are_both_listed(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    nets = [checkpoint, tiny_checkpoint(tmp_path / "seq.pt", "seq")]
    works = [
        get_context("fork").Process(target=die, args=(asking(n, manifest, out), 10**9))
        for n in nets
    ]
    for work in works:
        work.start()
    for work in works:
        work.join()
    assert [work.exitcode for work in works] == [0, 0]
    reading = read_manifest(out / "manifest.csv")
    assert reading.faults == ()
    assert len(reading.records) == 9
