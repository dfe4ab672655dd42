"""Where looks were declared, whole clips come in an order drawn before launch."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studies.models import Assignment, Item, Study, Trial
from studies.services.design import lay_out
from studies.services.draw import Candidate, draw_items
from studies.services.sessions import begin
from studies.services.study_settings import change_settings
from tests.studies.looked import declared, looked_at, plan_of
from tests.studies.test_allocation_is_fair import work_through
from tests.worlds import NOW, World, add_posting, built_study, entry_of


def stages_of(study: Study) -> dict[str, int]:
    rows = study.items.scored().order_by().values_list("clip__key", "stage").distinct()
    assert len(rows) == study.clips.count()
    return dict(rows)


@pytest.mark.django_db
def test_without_looks_there_are_no_stages() -> None:
    assert set(stages_of(built_study()).values()) == {0}


@pytest.mark.django_db
def test_whole_clips_are_dealt_evenly_over_looks_and_categories() -> None:
    study = declared(plan_of(looks=4))
    lay_out(study)
    assert Counter(stages_of(study).values()) == {1: 3, 2: 3, 3: 3, 4: 3}
    rows = study.items.scored().values_list("stage", "category_id", "clip_id")
    clips = Counter((stage, category) for stage, category, _ in set(rows))
    assert set(clips.values()) == {1}
    # practice and catch items belong to no look
    others = study.items.exclude(kind=Item.Kind.SCORED)
    assert set(others.values_list("stage", flat=True)) == {0}


@pytest.mark.django_db
def test_any_number_of_looks_has_twenty_stages_or_one_a_clip() -> None:
    always = plan_of("always-valid", 0)
    small = declared(always)
    lay_out(small)
    assert max(stages_of(small).values()) == 12
    large = declared(always, World(slug="large", categories=2, clips_per_category=15))
    lay_out(large)
    assert set(Counter(stages_of(large).values()).values()) == {1, 2}
    assert max(stages_of(large).values()) == 20


@pytest.mark.django_db
def test_the_same_seed_deals_the_same_stages_and_another_one_others() -> None:
    study = declared(plan_of())
    lay_out(study)
    first = stages_of(study)
    lay_out(study)
    assert stages_of(study) == first
    Study.objects.filter(pk=study.pk).update(seed=8)
    study.refresh_from_db()
    lay_out(study)
    assert stages_of(study) != first


@pytest.mark.django_db
def test_a_plan_that_does_not_fit_deals_none_until_it_does() -> None:
    study = declared(plan_of(looks=5), World(categories=2, clips_per_category=2))
    lay_out(study)
    assert set(stages_of(study).values()) == {0}
    change_settings(study, {"comparisons": {"sequential": plan_of(looks=2)}})
    study.refresh_from_db()
    lay_out(study)
    assert set(stages_of(study).values()) == {1, 2}


@pytest.mark.django_db
def test_earlier_stages_are_full_before_later_ones_fill() -> None:
    study = looked_at(plan_of(), World(categories=3, clips_per_category=9))
    Study.objects.update(items_per_session=6, practice_items=0)
    filled = []
    # 9 clips of 4 systems by 3 votes are 108 votes a stage: 18 sessions of 6, and a
    # few more because a rater meets each clip once
    for raters in (18, 24, 48):
        work_through_from(study, raters)
        rows = study.items.scored().values_list("stage", "taken")
        filled.append([sum(n for stage, n in rows if stage == k) for k in (1, 2, 3)])
    assert filled[0][0] >= 100
    assert filled[0][2] == 0
    assert filled[1][0] == 108
    assert filled[2][:2] == [108, 108]


def work_through_from(study: Study, raters: int) -> None:
    """Let raters come until so many have begun."""
    begun = Assignment.objects.filter(study=study).count()
    posting = add_posting(study, places=9)
    for number in range(begun, raters):
        if number % 9 == 0:
            posting = add_posting(study, places=9)
        begin(study, posting, entry_of(number), now=NOW, client={})


@pytest.mark.django_db
def test_sessions_of_a_staged_study_stay_level_and_meet_no_clip_twice() -> None:
    study = looked_at(plan_of(), World(categories=4, clips_per_category=6))
    work_through(study, 12)
    for made in Assignment.objects.all():
        trials = made.trials.filter(kind=Item.Kind.SCORED)
        systems = Counter(trials.values_list("item__system__name", flat=True))
        categories = Counter(trials.values_list("item__category", flat=True))
        # ten items of four systems and four categories: three of each at most
        assert max(systems.values()) <= 3
        assert max(categories.values()) <= 3
    pairs = Counter(Trial.objects.filter(kind="scored").values_list("rater", "clip_id"))
    assert max(pairs.values()) == 1


@st.composite
def staged_pools(draw: st.DrawFn) -> list[Candidate]:
    clips, systems = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    stage = draw(st.lists(st.integers(1, 3), min_size=clips, max_size=clips))
    return [
        Candidate(
            item=1 + clip * systems + system,
            clip=clip,
            category=clip % 3,
            system=system,
            need=draw(st.integers(1, 3)),
            stage=stage[clip],
        )
        for clip in range(clips)
        for system in range(systems)
    ]


@given(staged_pools(), st.integers(0, 15), st.integers())
def test_stages_take_nothing_from_a_session(
    pool: list[Candidate], count: int, seed: int
) -> None:
    drawn = draw_items(pool, count, random.Random(seed))
    clips = {each.clip for each in drawn}
    assert len(clips) == len(drawn) == min(count, len({each.clip for each in pool}))


@given(staged_pools(), st.integers(1, 15), st.integers())
def test_a_later_stage_comes_only_where_an_earlier_one_would_tip_the_balance(
    pool: list[Candidate], count: int, seed: int
) -> None:
    drawn = draw_items(pool, count, random.Random(seed))
    most_of_system = -(-count // len({each.system for each in pool}))
    most_of_category = -(-count // len({each.category for each in pool}))
    for place, chosen in enumerate(drawn):
        before = drawn[:place]
        systems = Counter(each.system for each in before)
        categories = Counter(each.category for each in before)
        met = {each.clip for each in before}
        for other in pool:
            if other.clip not in met and other.stage < chosen.stage:
                assert (
                    systems[other.system] >= most_of_system
                    or categories[other.category] >= most_of_category
                )
