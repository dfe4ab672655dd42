"""Clips are divided as asked, the same way every time, and recordings never torn."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.dataset import (
    DatasetError,
    Record,
    make_split,
    official_split,
    read_split,
    write_split,
)
from tests.generation.dataset.folders import records

KINDS = ("last", "random", "group")
Kind = Literal["last", "random", "group"]


@st.composite
def grouped(draw: st.DrawFn) -> list[Record]:
    """Clips of two categories, cut from recordings that may serve both."""
    count = draw(st.integers(6, 40))
    groups = draw(st.lists(st.integers(0, 12), min_size=count, max_size=count))
    sides = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    return [
        Record(f"c{i:03d}", "AB"[side], Path("x.mp4"), group=f"r{group}")
        for i, (group, side) in enumerate(zip(groups, sides, strict=True))
    ]


@given(grouped(), st.integers(0, 5))
def test_no_recording_is_on_both_sides_of_a_group_split(
    clips: list[Record], seed: int
) -> None:
    categories = {record.category for record in clips}
    sizes = [sum(r.category == c for r in clips) for c in categories]
    if min(sizes) < 3:
        return
    split = make_split(clips, "group", count=2, seed=seed)
    group = {record.clip: record.group for record in clips}
    assert not {group[c] for c in split.train} & {group[c] for c in split.test}
    assert split.leaks == ()


@given(st.sampled_from(KINDS), st.integers(0, 3), st.randoms(use_true_random=False))
def test_the_order_of_the_clips_does_not_matter(
    kind: str, seed: int, shuffler: random.Random
) -> None:
    clips = records({"Dog": 12, "Drum": 9}, per_group=2)
    mixed = list(clips)
    shuffler.shuffle(mixed)
    named = cast("Kind", kind)
    one = make_split(clips, named, count=3, seed=seed)
    assert make_split(mixed, named, count=3, seed=seed) == one


@pytest.mark.parametrize("kind", KINDS)
def test_every_clip_is_on_exactly_one_side(kind: Kind) -> None:
    clips = records({"Dog": 12, "Drum": 9})
    split = make_split(clips, kind, count=3)
    assert sorted(split.train + split.test) == sorted(r.clip for r in clips)
    assert not set(split.train) & set(split.test)
    assert len(split.test) == 6
    assert {split.part(clip) for clip in split.test} == {"test"}


def test_the_papers_split_has_1280_test_clips() -> None:
    # Figure 1: 28,109 clips; 128 test clips in each of ten categories
    counts = [2785, 1824, 2924, 3259, 3115, 3673, 3718, 2144, 2606, 2061]
    clips = records({f"c{i}": n for i, n in enumerate(counts)})
    split = make_split(clips, "random", seed=7)
    assert (len(split.test), len(split.train)) == (1280, 26829)


def test_last_takes_the_last_numbers() -> None:
    # VAS: dog's test part is 2657 to 2784 of 2,785 (spec section 4)
    split = make_split(records({"Dog": 2785}), "last")
    assert split.test[0] == "Dog/02657"
    assert split.test[-1] == "Dog/02784"


def test_another_seed_draws_other_clips() -> None:
    clips = records({"Dog": 300})
    one, other = (make_split(clips, "random", seed=s).test for s in (0, 1))
    assert one != other


def test_a_random_split_tells_which_recordings_it_tears() -> None:
    split = make_split(records({"Dog": 20}, per_group=4), "random", count=3)
    assert split.leaks
    assert make_split(records({"Dog": 20}), "random", count=3).leaks == ()


def test_recordings_too_large_to_fit_leave_a_note() -> None:
    split = make_split(records({"Dog": 20}, per_group=4), "group", count=6)
    assert len(split.test) == 4
    assert split.notes == (
        "Dog: 4 test clips, 2 fewer than asked for: no recording of that size is left",
    )


def test_unknown_recordings_cannot_be_grouped() -> None:
    clips = [replace(record, group=None) for record in records({"Dog": 5})]
    with pytest.raises(DatasetError, match="recording is not known"):
        make_split(clips, "group", count=2)


@pytest.mark.parametrize("count", [5, 128])
def test_a_category_keeps_something_to_train_on(count: int) -> None:
    with pytest.raises(DatasetError, match=f"Dog: {count} test clips of 5"):
        make_split(records({"Dog": 5}), "random", count=count)


def test_counts_may_differ_by_category() -> None:
    clips = records({"Dog": 200, "Cough": 100})
    split = make_split(clips, "last", count={"Dog": 128, "Cough": 64})
    assert sum(clip.startswith("Cough") for clip in split.test) == 64
    with pytest.raises(DatasetError, match="Cough: no number"):
        make_split(clips, "last", count={"Dog": 128})


def test_an_official_list_is_followed() -> None:
    split = official_split(records({"Dog": 5}), ["Dog/00001", "Dog/00009"])
    assert split.test == ("Dog/00001",)
    assert split.notes == ("1 clips of the official list are not there",)
    with pytest.raises(DatasetError, match="leaves one part empty"):
        official_split(records({"Dog": 5}), ["Cat/00001"])


def test_a_split_comes_back_from_its_file_with_its_hash(tmp_path: Path) -> None:
    split = make_split(records({"Dog": 9}), "group", count=2, seed=3)
    path = tmp_path / "split.json"
    assert write_split(split, path) == split.sha256
    assert read_split(path) == split


def test_a_split_changed_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "split.json"
    write_split(make_split(records({"Dog": 9}), "last", count=2), path)
    path.write_text(path.read_text().replace("Dog/00008", "Dog/00009"))
    with pytest.raises(DatasetError, match="changed since it was made"):
        read_split(path)
    path.write_text("{}")
    with pytest.raises(DatasetError, match="no split in it"):
        read_split(path)
