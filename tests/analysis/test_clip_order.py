"""The order of clips, drawn before launch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sequential import clip_order, stages

if TYPE_CHECKING:
    import random

SIZES = st.lists(st.integers(1, 25), min_size=1, max_size=8)


def clips(sizes: list[int]) -> dict[str, str]:
    return {
        f"{category}-{number}": f"category {category}"
        for category, size in enumerate(sizes)
        for number in range(size)
    }


@given(SIZES, st.integers())
def test_every_prefix_holds_each_categorys_share_within_one_clip(
    sizes: list[int], seed: int
) -> None:
    categories = clips(sizes)
    order = clip_order(categories, seed=seed)
    assert sorted(order) == sorted(categories)
    total = len(order)
    for category, size in enumerate(sizes):
        had = 0
        for place, clip in enumerate(order, start=1):
            had += clip.startswith(f"{category}-")
            assert abs(had * total - place * size) < total


@given(st.integers(1, 6), st.integers(1, 10), st.integers(1, 5))
def test_categories_of_one_size_have_equal_shares_of_each_look(
    number: int, size: int, looks: int
) -> None:
    order = clip_order(clips([size] * number), seed=1)
    if looks > len(order):
        return
    stage = stages(order, looks)
    for look in range(1, looks + 1):
        so_far = [clip for clip, at in stage.items() if at <= look]
        counts = [
            sum(clip.startswith(f"{category}-") for clip in so_far)
            for category in range(number)
        ]
        assert max(counts) - min(counts) <= 1


@given(SIZES, st.randoms())
def test_the_order_in_which_clips_are_given_does_not_matter(
    sizes: list[int], chance: random.Random
) -> None:
    categories = clips(sizes)
    mixed = list(categories.items())
    chance.shuffle(mixed)
    assert clip_order(dict(mixed), seed=7) == clip_order(categories, seed=7)


def test_the_seed_decides() -> None:
    categories = clips([20, 20])
    one, again, other = (clip_order(categories, seed=seed) for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_a_clip_comes_anywhere_with_equal_chances() -> None:
    # 2,000 seeds, ten clips of one category: each place about 200 times, and four
    # standard errors of that count
    places = [0] * 10
    for seed in range(2000):
        places[clip_order(clips([10]), seed=seed).index("0-3")] += 1
    assert min(places) > 200 - 4 * 13.4
    assert max(places) < 200 + 4 * 13.4


def test_stages_are_of_one_size_to_within_a_clip() -> None:
    order = [f"clip {number}" for number in range(11)]
    stage = stages(order, 3)
    sizes = [list(stage.values()).count(look) for look in (1, 2, 3)]
    assert sizes == [4, 4, 3]
    assert list(stage.values()) == sorted(stage.values())


def test_no_clips_have_an_order_and_no_stages() -> None:
    assert clip_order({}, seed=1) == ()
    assert stages([], 1) == {}


@pytest.mark.parametrize("looks", [0, 3])
def test_more_looks_than_clips_are_refused(looks: int) -> None:
    with pytest.raises(ValueError, match=f"{looks} looks at 2 source clips"):
        stages(["a", "b"], looks)
