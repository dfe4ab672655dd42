"""Clips loop with their own period, and orders follow from a seed alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.dataset import (
    bucketed_batches,
    draw_windows,
    epoch_batches,
    epoch_order,
    window_generator,
)
from generation.dataset.loops import loop_index, looped_features, looped_tokens

FRAMES = st.integers(1, 156)
NAMES = st.lists(st.text(min_size=1, max_size=5), unique=True, min_size=1, max_size=30)


@given(FRAMES, st.integers(0, 400), st.integers(1, 156))
def test_sound_and_features_loop_together(m: int, start: int, count: int) -> None:
    features = np.arange(m, dtype=np.float16)[:, None]
    tokens = np.repeat(np.arange(m) % 256, 1024).astype(np.uint8)
    seen = looped_features(features, start=start, frames=count)
    heard = looped_tokens(tokens, start=start, frames=count)
    assert len(heard) == 1024 * count
    assert np.array_equal(heard[::1024], seen[:, 0].astype(np.int64) % 256)


def test_a_whole_clip_is_its_own_loop() -> None:
    tokens = np.arange(156 * 1024, dtype=np.uint32).astype(np.uint8)
    assert np.array_equal(looped_tokens(tokens), tokens)


@given(FRAMES)
def test_ten_seconds_are_159744_samples_whatever_the_clip(m: int) -> None:
    # the paper: 159,744 samples of ten seconds
    assert len(looped_tokens(np.zeros(1024 * m, np.uint8))) == 159_744


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


@given(
    st.lists(FRAMES, min_size=1, max_size=40),
    st.integers(1, 9),
    st.none() | st.integers(0, 5),
    st.none() | st.integers(0, 30),
)
def test_buckets_hold_every_clip_once_within_their_spread(
    lengths: list[int], size: int, seed: int | None, spread: int | None
) -> None:
    named = {f"c{i:02d}": frames for i, frames in enumerate(lengths)}
    batches = bucketed_batches(list(named.items()), size, seed=seed, spread=spread)
    assert sorted(name for batch in batches for name in batch) == sorted(named)
    assert all(1 <= len(batch) <= size for batch in batches)
    for batch in batches:
        frames = [named[name] for name in batch]
        assert spread is None or max(frames) - min(frames) <= spread


def test_without_a_seed_the_longest_come_first() -> None:
    lengths = [("a", 10), ("b", 156), ("c", 50)]
    assert bucketed_batches(lengths, 2) == [["b", "c"], ["a"]]


@given(st.integers(1, 156), st.integers(1, 156), st.integers(1, 20), st.integers(0, 3))
def test_windows_lie_in_the_clip(m: int, width: int, count: int, seed: int) -> None:
    rng = window_generator(seed, 0, 0)
    if width > m:
        with pytest.raises(ValueError, match="does not fit"):
            draw_windows(m, width, count, rng)
        return
    starts = draw_windows(m, width, count, rng)
    assert len(starts) == count
    assert starts.min() >= 0
    assert starts.max() + width <= m
    if count <= m - width + 1:
        assert len(set(starts.tolist())) == count


def test_a_resumed_step_draws_the_same_windows() -> None:
    one, other = (draw_windows(156, 1, 8, window_generator(5, 2, 9)) for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, draw_windows(156, 1, 8, window_generator(5, 2, 10)))


@pytest.mark.parametrize("size", [0, -1])
def test_empty_batches_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match="give 1 or more"):
        epoch_batches(["a"], size, seed=0, epoch=0)
    with pytest.raises(ValueError, match="give 1 or more"):
        bucketed_batches([("a", 1)], size)
