"""Table 1 adds up samples, and retrieval by likelihood finds what it should."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from numpy.typing import NDArray

from generation.experiments.likelihood import (
    centred,
    rates_as_text,
    retrieval_rates,
    score_matrix,
)
from generation.experiments.losses import (
    LossRow,
    loss_rows,
    loss_table,
    losses_as_csv,
    losses_as_text,
)
from generation.experiments.scoring import HeardClip, batches


class Fake:
    """A nat for every level by which a sample differs from its frame's feature."""

    def score(
        self,
        tokens: NDArray[np.uint8],
        features: NDArray[np.float32],
        lengths: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        levels = tokens.reshape(len(tokens), -1, 1024)  # (B, m, 1024)
        cost = np.abs(levels - features[..., :1]).sum(axis=2)  # (B, m)
        own = np.arange(cost.shape[1]) < lengths[:, None]
        return (cost * own).sum(axis=1, dtype=np.float64), 1024 * lengths


def clip(name: str, category: str, level: int, frames: int, off: int = 0) -> HeardClip:
    tokens = np.full(1024 * frames, level + off, dtype=np.uint8)
    features = np.full((frames, 3), level, dtype=np.float32)
    return HeardClip(name, category, tokens, features)


CLIPS = [
    clip("a", "Dog", 10, 20, off=1),
    clip("b", "Dog", 20, 40, off=3),
    clip("c", "Drum", 60, 33, off=2),
    clip("d", "Drum", 90, 18, off=2),
]


def test_losses_are_means_over_samples_of_a_category() -> None:
    """Dog: (20 frames at 1 nat + 40 at 3) / 60 = 7/3; Drum: 2."""
    dog, drum = loss_rows("frame", "test", Fake(), CLIPS, batch=3)
    assert dog.nats == pytest.approx(7 / 3)
    assert (dog.clips, dog.samples) == (2, 60 * 1024)
    assert drum.nats == pytest.approx(2)
    assert drum.bits == pytest.approx(2 / log(2))


def test_losses_do_not_depend_on_the_batch() -> None:
    one, many = (loss_rows("m", "test", Fake(), CLIPS, batch=n) for n in (1, 4))
    assert one == many


def test_categories_count_alike_in_the_average() -> None:
    table = loss_table(
        [
            *loss_rows("frame", "train", Fake(), CLIPS[:3]),
            *loss_rows("frame", "test", Fake(), CLIPS),
        ]
    )
    average = [row for row in table if row.category == "Average"]
    assert [row.part for row in average] == ["train", "test"]
    assert average[1].nats == pytest.approx((7 / 3 + 2) / 2)
    text = losses_as_text(table)
    assert "frame train" in text
    assert "2.1667 (3.1258)" in text  # 13/6 nats, / ln 2
    assert losses_as_csv(table).count("\n") == 1 + len(table)


def test_two_losses_of_one_cell_are_refused() -> None:
    row = LossRow("frame", "Dog", "test", 1.0, 1, 1024)
    with pytest.raises(ValueError, match="frame, Dog, test: two losses"):
        loss_table([row, row])


def test_a_diverged_net_is_named() -> None:
    class Lost(Fake):
        def score(
            self,
            tokens: NDArray[np.uint8],
            features: NDArray[np.float32],
            lengths: NDArray[np.int64],
        ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
            return np.full(len(tokens), np.nan), 1024 * lengths

    with pytest.raises(ValueError, match="seq: no finite likelihood of a"):
        loss_rows("seq", "test", Lost(), CLIPS)


def test_batches_hold_every_clip_once_padded_with_silence() -> None:
    seen: list[int] = []
    for places, tokens, features, lengths in batches(CLIPS, 3):
        seen += places
        assert tokens.shape == (len(places), 1024 * lengths.max())
        for row, at in enumerate(places):
            own = 1024 * CLIPS[at].frames
            np.testing.assert_array_equal(tokens[row, :own], CLIPS[at].tokens)
            assert (tokens[row, own:] == 128).all()
            assert not features[row, CLIPS[at].frames :].any()
    assert sorted(seen) == [0, 1, 2, 3]


@pytest.mark.parametrize("windows", [0, 2, 99])
def test_scores_are_nats_a_sample_of_every_sound_for_every_video(windows: int) -> None:
    scores = score_matrix(Fake(), CLIPS, windows=windows, batch=3)
    seen = np.array([c.features[0, 0] for c in CLIPS])
    heard = np.array([c.tokens[0] for c in CLIPS], dtype=float)
    np.testing.assert_allclose(scores, -np.abs(seen[:, None] - heard[None]))
    rates = retrieval_rates(scores, [c.category for c in CLIPS])
    assert all(rate.share == 1 for rate in rates)


def test_a_perfect_matrix_finds_everything_and_a_wrong_one_nothing() -> None:
    names = ["a"] * 6 + ["b"] * 6
    found = retrieval_rates(np.eye(12), names)
    assert {rate.share for rate in found if rate.top == 1} == {1.0}
    lost = retrieval_rates(-np.eye(12) - np.kron(np.eye(2), np.ones((6, 6))), names)
    assert {rate.share for rate in lost} == {0.0}


def test_chance_is_the_papers_for_ten_categories_of_128() -> None:
    """10 %, 41.0 % (scipy's hypergeom.sf(0, 1280, 128, 5)), 1/1280 ... 5/128."""
    names = [f"c{n % 10}" for n in range(1280)]
    rates = retrieval_rates(np.zeros((1280, 1280)), names)
    chances = [rate.chance for rate in rates]
    want = [0.1, 0.4100236, 1 / 1280, 5 / 1280, 1 / 128, 5 / 128]
    assert chances == pytest.approx(want, abs=1e-5)
    # a net that knows nothing scores chance, not better or worse
    assert [rate.share for rate in rates] == pytest.approx(chances)


def test_ties_count_as_drawn_by_lot() -> None:
    """Two share the first place, one of them right: one half."""
    scores = np.array([[1.0, 1.0, 0.0], [0.0, 2.0, 1.0], [0.0, 0.0, 1.0]])
    rate = retrieval_rates(scores, ["a", "b", "c"])[2]
    assert (rate.what, rate.top, rate.queries) == ("instance", 1, 3)
    assert rate.share == pytest.approx((0.5 + 1 + 1) / 3)
    assert rate.chance == pytest.approx(1 / 3)


def test_centring_finds_the_own_sound_behind_one_that_is_always_likely() -> None:
    scores = np.eye(5)
    scores[:, 0] += 10
    names = list("abcde")
    assert retrieval_rates(scores, names)[2].share == pytest.approx(0.2)
    assert retrieval_rates(centred(scores), names)[2].share == 1


def test_windows_are_the_same_whatever_the_queries() -> None:
    rng = np.random.default_rng(0)
    noisy = [
        replace(c, tokens=rng.integers(0, 256, c.tokens.size, np.uint8)) for c in CLIPS
    ]
    whole = score_matrix(Fake(), noisy, windows=2, seed=4)
    single = score_matrix(Fake(), noisy, windows=2, seed=4, batch=1)
    np.testing.assert_array_equal(whole, single)
    assert not np.array_equal(whole, score_matrix(Fake(), noisy, windows=2, seed=5))


def test_the_table_shows_chance_and_what_it_is_of() -> None:
    text = rates_as_text({"frame": retrieval_rates(np.eye(4), list("aabb"))})
    assert "category top 1" in text
    assert "chance" in text
    assert "1/128" in text


@pytest.mark.parametrize("scores", [np.zeros((2, 3)), np.full((2, 2), np.nan)])
def test_scores_that_are_none_are_refused(scores: NDArray[np.float64]) -> None:
    with pytest.raises(ValueError, match=r"square|no number"):
        retrieval_rates(scores, ["a", "b"])
