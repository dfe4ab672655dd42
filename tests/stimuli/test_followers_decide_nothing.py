"""Sounds that follow are fitted to the others and leave them as they would be."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.media import RenderSpec
from generation.media.leveling import level
from generation.media.loudness import Samples

RATE = 48_000


def noise(seed: int, seconds: float, gain: float) -> Samples:
    drawn = np.random.default_rng(seed).standard_normal(round(seconds * RATE))
    return (gain * drawn).astype(np.float32)


@settings(max_examples=15, deadline=None)
@given(
    seconds=st.floats(0.0, 0.9),
    gain=st.floats(1e-6, 1.0),
    peak=st.floats(0.0, 8.0),
    band=st.sampled_from(["none", "narrowest"]),
)
def test_a_follower_changes_no_leader(
    seconds: float, gain: float, peak: float, band: str
) -> None:
    spec = RenderSpec(band_limit=band)
    leaders = [noise(1, 0.6, 0.1), noise(2, 0.5, 0.02)]
    follower = noise(3, seconds, gain)
    follower[: min(1, len(follower))] += peak
    length = RATE // 2
    alone = level(leaders, length=length, spec=spec)
    mixed = level(
        [*leaders, follower], length=length, spec=spec, leading=[True, True, False]
    )
    assert (mixed.lowered_db, mixed.limit_hz) == (alone.lowered_db, alone.limit_hz)
    for before, after in zip(alone.sounds, mixed.sounds, strict=False):
        assert np.array_equal(before.samples, after.samples)
    last = mixed.sounds[-1]
    assert len(last.samples) == length
    assert (last.true_peak or -99.0) <= spec.true_peak_dbtp + 0.01
