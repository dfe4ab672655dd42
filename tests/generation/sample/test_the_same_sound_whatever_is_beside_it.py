"""A clip's sound depends on its own seed and features, not on batch, order or run."""

import os
import signal
import subprocess
import sys
import time
import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from generation.nets import Method
from generation.sample import Sampled, sample
from tests.generation.sample.world import asking, clips, tiny_checkpoint


def sounds(done: Sampled) -> dict[str, str]:
    return {one.clip: one.sha256 for one in done.made}


@pytest.mark.parametrize("method", ["frame", "seq", "flow"])
def test_any_batch_gives_the_same_levels_but_for_rounding(
    method: Method, manifest: Path, tmp_path: Path
) -> None:
    net = tiny_checkpoint(tmp_path / "best.net", method)
    asked = asking(net, manifest, tmp_path / "a", dtype="fp64", engine="eager")
    together = sample(asked)
    alone = sample(replace(asked, out=tmp_path / "b", batch=1))
    for one, other in zip(together.made, alone.made, strict=True):
        first = read(tmp_path / "a" / one.file)
        second = read(tmp_path / "b" / other.file)
        # in float64 rounding moves a level only where a chance lies within 1e-13 of it
        assert np.array_equal(first, second)


def read(path: Path) -> np.ndarray:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


def test_seed_temperature_and_clip_each_change_the_sound(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    first = sounds(sample(asking(checkpoint, manifest, tmp_path / "a")))
    # dog-1 and dog-3 are one and the same picture under two names
    assert len(set(first.values())) == 3
    other = sounds(sample(asking(checkpoint, manifest, tmp_path / "b", seed=1)))
    hot = sounds(sample(asking(checkpoint, manifest, tmp_path / "c", temperature=0.5)))
    assert not set(first.values()) & set(other.values())
    assert not set(first.values()) & set(hot.values())


def test_what_is_there_is_kept_and_what_is_damaged_is_made_again(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    asked = asking(checkpoint, manifest, tmp_path)
    first = sample(asked)
    again = sample(asked)
    assert (again.kept, sounds(again)) == (3, sounds(first))
    (tmp_path / first.made[0].file).write_bytes(b"cut short")
    (tmp_path / first.made[1].file).with_suffix(".json").write_text("{")
    mended = sample(asked)
    assert (mended.kept, sounds(mended)) == (1, sounds(first))


def test_sounds_kept_in_another_precision_are_told(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    asked = asking(checkpoint, manifest, tmp_path, dtype="fp32", engine="eager")
    assert not any("were kept" in text for text in sample(asked).remarks)
    assert not any("were kept" in text for text in sample(asked).remarks)
    again = sample(replace(asked, dtype="bf16"))
    assert any("made in fp32 were kept, though bf16" in t for t in again.remarks)


def test_another_seed_replaces_what_is_there(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    first = sample(asking(checkpoint, manifest, tmp_path))
    other = sample(asking(checkpoint, manifest, tmp_path, seed=1))
    assert other.kept == 0
    assert not set(sounds(first).values()) & set(sounds(other).values())


def test_a_clip_that_is_added_leaves_the_others_as_they_are(
    checkpoint: Path, tmp_path: Path
) -> None:
    one = clips(tmp_path / "clips", ["dog-1"])
    first = sounds(sample(asking(checkpoint, one, tmp_path / "out")))
    both = clips(tmp_path / "clips", ["dog-1", "dog-2"])
    done = sample(asking(checkpoint, both, tmp_path / "out"))
    assert done.kept == 1
    assert sounds(done)["dog-1"] == first["dog-1"]


RUN = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from generation.sample import sample
from tests.generation.sample.world import asking
net, data, out = map(Path, sys.argv[1:])
print("ready", flush=True)
sample(asking(net, data, out, batch=1))
"""


def test_a_killed_run_is_taken_up_and_ends_the_same(
    checkpoint: Path, manifest: Path, tmp_path: Path
) -> None:
    whole = asking(checkpoint, manifest, tmp_path / "a", batch=1)
    expected = sounds(sample(whole))
    out = tmp_path / "b"
    arguments = [str(checkpoint), str(manifest), str(out)]
    with subprocess.Popen(
        [sys.executable, "-c", RUN, *arguments],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
    ) as runner:
        assert runner.stdout is not None
        assert runner.stdout.readline() == b"ready\n"
        while not list(out.glob("*/*.json")) and runner.poll() is None:
            time.sleep(0.005)
        os.kill(runner.pid, signal.SIGKILL)
    done = sample(replace(whole, out=out))
    assert done.kept >= 1
    assert sounds(done) == expected
