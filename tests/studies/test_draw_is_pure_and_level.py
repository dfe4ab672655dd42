"""Properties of dealing out items, over many pools."""

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from studies.services.draw import Candidate, CatchCandidate, draw_items, mix_in


@st.composite
def pools(draw: st.DrawFn) -> list[Candidate]:
    clips = draw(st.integers(1, 12))
    systems = draw(st.integers(1, 4))
    needs = draw(
        st.lists(st.integers(0, 3), min_size=clips * systems, max_size=clips * systems)
    )
    return [
        Candidate(
            item=1 + clip * systems + system,
            clip=clip,
            category=clip % 3,
            system=system,
            need=needs[clip * systems + system],
        )
        for clip in range(clips)
        for system in range(systems)
        if needs[clip * systems + system]
    ]


@given(pools(), st.integers(0, 15), st.integers())
def test_one_item_per_clip_and_as_many_as_there_are(
    pool: list[Candidate], count: int, seed: int
) -> None:
    drawn = draw_items(pool, count, random.Random(seed))
    clips = [candidate.clip for candidate in drawn]
    assert len(set(clips)) == len(clips)
    assert len(drawn) == min(count, len({candidate.clip for candidate in pool}))
    assert all(candidate in pool for candidate in drawn)


def drawn_one_by_one(
    pool: list[Candidate], count: int, rng: random.Random
) -> list[Candidate]:
    """The rule as it is written down, looking at every candidate at every step."""
    chance = {candidate.item: rng.random() for candidate in pool}
    need = Counter[int]()
    for candidate in pool:
        need[candidate.clip] += candidate.need
    left, drawn = list(pool), list[Candidate]()
    while left and len(drawn) < count:
        best = min(
            left,
            key=lambda c: (
                sum(d.category == c.category for d in drawn),
                sum(d.system == c.system for d in drawn),
                -need[c.clip],
                -c.need,
                chance[c.item],
            ),
        )
        drawn.append(best)
        left = [candidate for candidate in left if candidate.clip != best.clip]
    return drawn


@given(pools(), st.integers(0, 15), st.integers())
def test_the_quick_draw_follows_the_rule_to_the_letter(
    pool: list[Candidate], count: int, seed: int
) -> None:
    quick = draw_items(pool, count, random.Random(seed))
    assert quick == drawn_one_by_one(pool, count, random.Random(seed))


@given(pools(), st.integers(1, 15), st.integers())
def test_the_order_of_the_pool_changes_nothing_but_chance(
    pool: list[Candidate], count: int, seed: int
) -> None:
    first = draw_items(pool, count, random.Random(seed))
    assert first == draw_items(pool, count, random.Random(seed))


@given(st.integers(1, 3), st.integers(1, 4), st.integers())
def test_a_full_pool_gives_every_system_its_share(
    rounds: int, systems: int, seed: int
) -> None:
    count = rounds * systems
    pool = [
        Candidate(
            item=clip * systems + system, clip=clip, category=0, system=system, need=3
        )
        for clip in range(count)
        for system in range(systems)
    ]
    drawn = draw_items(pool, count, random.Random(seed))
    assert set(Counter(c.system for c in drawn).values()) == {rounds}


@given(pools(), st.integers(0, 4), st.integers())
def test_a_catch_comes_after_the_item_whose_clip_it_touches(
    pool: list[Candidate], catches: int, seed: int
) -> None:
    drawn = draw_items(pool, 10, random.Random(seed))
    clips = [candidate.clip for candidate in drawn]
    caught = [
        CatchCandidate(item=1000 + n, clips=frozenset(clips[n : n + 2]))
        for n in range(catches)
    ]
    order = mix_in(drawn, caught, random.Random(seed))
    assert sorted(order) == sorted([c.item for c in drawn] + [c.item for c in caught])
    for catch in caught:
        for candidate in drawn:
            if candidate.clip in catch.clips:
                assert order.index(catch.item) > order.index(candidate.item)
