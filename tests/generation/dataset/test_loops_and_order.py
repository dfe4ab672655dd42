"""Clips loop with their own period, and orders follow from a seed alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.dataset import (
    bucketed_batches,
    epoch_batches,
    epoch_order,
)
from generation.dataset.loops import loop_index, looped_features, looped_tokens
from generation.geometry import MAX_FRAMES

FRAMES = st.integers(1, 156)
NAMES = st.lists(st.text(min_size=1, max_size=5), unique=True, min_size=1, max_size=30)


@given(FRAMES, st.integers(1, 156))
def test_sound_and_features_loop_together(m: int, count: int) -> None:
    features = np.arange(m, dtype=np.float16)[:, None]
    tokens = np.repeat(np.arange(m) % 256, 1024).astype(np.uint8)
    seen = looped_features(features, frames=count)
    heard = looped_tokens(tokens, frames=count)
    assert len(heard) == 1024 * count
    assert np.array_equal(heard[::1024], seen[:, 0].astype(np.int64) % 256)


def test_a_whole_clip_is_its_own_loop() -> None:
    tokens = np.arange(156 * 1024, dtype=np.uint32).astype(np.uint8)
    assert np.array_equal(looped_tokens(tokens, frames=156), tokens)


@given(FRAMES)
def test_ten_seconds_are_159744_samples_whatever_the_clip(m: int) -> None:
    # the paper: 159,744 samples of ten seconds
    silence = np.zeros(1024 * m, np.uint8)
    assert len(looped_tokens(silence, frames=MAX_FRAMES)) == 159_744


def test_nothing_cannot_be_looped() -> None:
    with pytest.raises(ValueError, match="something to repeat"):
        loop_index(0, 5)


@given(NAMES, st.integers(0, 9), st.integers(0, 9), st.integers(1, 8))
def test_an_epoch_has_every_clip_once(
    names: list[str], seed: int, epoch: int, size: int
) -> None:
    batches = epoch_batches(names, size, seed=seed, epoch=epoch)
    assert sorted(name for batch in batches for name in batch) == sorted(names)
    assert all(len(batch) == size for batch in batches[:-1])


def test_order_depends_on_the_seed_and_the_epoch_only() -> None:
    names = [f"c{i}" for i in range(50)]
    first = epoch_order(names, seed=1, epoch=0)
    assert epoch_order(names[::-1], seed=1, epoch=0) == first
    assert epoch_order(names, seed=1, epoch=1) != first
    assert epoch_order(names, seed=2, epoch=0) != first


@given(st.lists(FRAMES, min_size=1, max_size=40), st.integers(1, 9))
def test_buckets_hold_every_clip_once(lengths: list[int], size: int) -> None:
    named = {f"c{i:02d}": frames for i, frames in enumerate(lengths)}
    batches = bucketed_batches(list(named.items()), size)
    assert sorted(name for batch in batches for name in batch) == sorted(named)
    assert all(len(batch) == size for batch in batches[:-1])


def test_the_longest_come_first() -> None:
    lengths = [("a", 10), ("b", 156), ("c", 50)]
    assert bucketed_batches(lengths, 2) == [["b", "c"], ["a"]]


@pytest.mark.parametrize("size", [0, -1])
def test_empty_batches_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="give 1 or more"):
        epoch_batches(["a"], size, seed=0, epoch=0)
    with pytest.raises(ValueError, match="give 1 or more"):
        bucketed_batches([("a", 1)], size)
