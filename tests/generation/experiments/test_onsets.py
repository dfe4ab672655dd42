"""Onsets are found where they are known to be, and matched as well as can be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from generation.demoset import DemoClip, make_clip
from generation.demoset import scene as demo
from generation.experiments.onsets import (
    RATE,
    Onsets,
    average_precision,
    find_onsets,
    match,
    onset_strength,
    strongest,
)
from generation.experiments.spectra import at_rate
from generation.media import Sound

seconds = st.lists(st.floats(0, 2), max_size=8)


def found(*pairs: tuple[float, float]) -> Onsets:
    table = np.array(sorted(pairs), dtype=float).reshape(-1, 2)
    return Onsets(table[:, 0], table[:, 1])


@pytest.mark.parametrize("category", ["Dog", "Drum", "Rail transport", "Printer"])
def test_onsets_of_synthetic_clips_are_found(category: str) -> None:
    """All of them: the detector and librosa 0.11's agree frame by frame on 40 clips."""
    for index in range(2):
        made = make_clip(DemoClip(category, index, 3, (2.0, 3.0)))
        sound = Sound(made.sound.astype(np.float32), demo.RATE)
        heard = find_onsets(at_rate(sound, RATE))
        there = np.array(made.onsets)
        assert match(there, heard).hits.sum() == len(there)
        assert len(heard.times) <= len(there) + 1  # a printer stops audibly


def test_clicks_are_found_at_their_time_with_their_loudness() -> None:
    wave = np.zeros(2 * RATE)
    click = np.exp(-np.arange(400) / 80) * (-1) ** np.arange(400)
    for time, peak in ((0.5, 1.0), (1.0, 0.5), (1.5, 0.8)):
        at = round(time * RATE)
        wave[at : at + 400] = peak * click
    onsets = find_onsets(wave)
    np.testing.assert_allclose(onsets.times, [0.5, 1.0, 1.5], atol=0.03)
    np.testing.assert_allclose(onsets.confidences, [1.0, 0.5, 0.8], atol=0.01)


@pytest.mark.parametrize("samples", [1, 100, RATE])
def test_silence_has_no_onsets(samples: int) -> None:
    assert len(find_onsets(np.zeros(samples)).times) == 0
    assert len(onset_strength(np.zeros(samples))) == 1 + (samples - 1) // 512


def test_of_onsets_close_together_the_strongest_is_kept() -> None:
    """The published script, dropping from the list it walks, keeps 0.13 as well."""
    times = np.array([0.10, 0.12, 0.13, 0.30])
    kept = strongest(times, np.array([0.9, 0.5, 0.6, 0.2]))
    assert kept.times.tolist() == [0.10, 0.30]


def test_a_chain_of_onsets_is_thinned_not_swallowed() -> None:
    kept = strongest(np.array([0.0, 0.04, 0.08]), np.array([0.5, 0.4, 0.6]))
    assert kept.times.tolist() == [0.0, 0.08]


def test_misses_count_after_the_last_prediction_is_used() -> None:
    """Pitfall: one prediction, three onsets; recall is 1/3, not 1."""
    matching = match(np.array([0.5, 1.0, 1.5]), found((0.5, 1.0)))
    assert (matching.hits.sum(), matching.there) == (1, 3)
    assert average_precision([matching]) == pytest.approx(1 / 3)


def test_one_onset_cannot_be_matched_twice() -> None:
    matching = match(np.array([1.0]), found((0.95, 0.9), (1.05, 0.8)))
    assert matching.hits.tolist() == [True, False]


def test_matching_gives_way_where_that_finds_more() -> None:
    """1.00 takes 0.95 although 1.05 is as near, so that 0.90 need not go without."""
    matching = match(np.array([0.95, 1.05]), found((1.0, 0.9), (0.87, 0.8)))
    assert matching.hits.all()


@settings(max_examples=60, deadline=None)
@given(seconds, seconds, st.integers(0, 9))
def test_no_larger_matching_exists(
    reference: list[float], times: list[float], seed: int
) -> None:
    confidences = np.random.default_rng(seed).integers(1, 4, len(times)) / 4
    onsets = Onsets(np.array(times), confidences)
    near = np.abs(np.subtract.outer(times, reference)) <= 0.1 + 1e-9
    if near.size:
        best = (maximum_bipartite_matching(csr_array(near)) >= 0).sum()
        assert match(np.array(reference), onsets).hits.sum() == best
    else:
        assert not match(np.array(reference), onsets).hits.any()


def test_a_distance_of_exactly_the_tolerance_counts() -> None:
    assert match(np.array([0.3]), found((0.4, 1.0))).hits.all()
    assert not match(np.array([0.3]), found((0.402, 1.0))).hits.any()


def test_average_precision_by_hand() -> None:
    """Ranks hit, miss, hit of 4: (1/1 + 2/3) / 4."""
    matching = match(
        np.array([0.0, 1.0, 2.0, 3.0]), found((0.0, 0.9), (0.5, 0.8), (1.0, 0.7))
    )
    assert average_precision([matching]) == pytest.approx((1 + 2 / 3) / 4)


def test_average_precision_ranks_all_clips_together_whatever_their_order() -> None:
    one = match(np.array([0.0]), found((0.0, 0.5), (1.0, 0.9)))
    two = match(np.array([0.0]), found((0.0, 0.7)))
    assert average_precision([one, two]) == average_precision([two, one])
    # ranks: miss .9, hit .7, hit .5 of two onsets: (1/2 + 2/3) / 2
    assert average_precision([one, two]) == pytest.approx((1 / 2 + 2 / 3) / 2)


def test_equal_confidences_count_as_one_step() -> None:
    matching = match(np.array([0.0]), found((0.0, 0.5), (1.0, 0.5)))
    assert average_precision([matching]) == pytest.approx(1 / 2)


def test_without_onsets_average_precision_is_undefined() -> None:
    assert average_precision([match(np.array([]), found((1.0, 1.0)))]) is None
    assert average_precision([match(np.array([1.0]), found())]) == 0
