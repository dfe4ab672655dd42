"""A session is balanced, meets no clip twice and sells no place twice."""

from collections import Counter

import pytest
from django.db.models import Max

from studies.errors import RefusedError
from studies.models import Assignment, Item, Study, Trial
from studies.services.sessions import begin
from tests.worlds import NOW, World, add_posting, entry_of, live_study

pytestmark = pytest.mark.django_db


def work_through(study: Study, raters: int) -> int:
    """Let raters begin, one posting each nine; return how many got a session."""
    begun = 0
    posting = study.postings.get()
    for number in range(raters):
        if number and number % 9 == 0:
            posting = add_posting(study)
        try:
            begin(study, posting, entry_of(number), now=NOW, client={})
        except RefusedError as error:
            if error.code != "nothing_left":
                raise
        else:
            begun += 1
    return begun


def test_sixteen_raters_cover_six_clips_by_four_systems_three_times() -> None:
    study = live_study(World(categories=6, clips_per_category=1))
    work_through(study, 16)
    taken = Counter(study.items.scored().values_list("taken", flat=True))
    assert taken == {3: 24}


def test_no_rater_meets_a_clip_twice_among_the_scored() -> None:
    study = live_study(World(categories=3, clips_per_category=4))
    work_through(study, 12)
    pairs = Counter(Trial.objects.filter(kind="scored").values_list("rater", "clip_id"))
    assert max(pairs.values()) == 1


def test_practice_and_catch_leave_the_scored_clips_unmet_before_they_are_judged() -> (
    None
):
    study = live_study(World(categories=6, clips_per_category=1))
    work_through(study, 8)
    for assignment in Assignment.objects.all():
        scored = {
            t.clip_id: t.index for t in assignment.trials.filter(kind=Item.Kind.SCORED)
        }
        for trial in assignment.trials.exclude(kind=Item.Kind.SCORED):
            sounds = trial.item.stimuli.values_list("sound_clip_id", flat=True)
            for clip in {trial.clip_id, *sounds} & set(scored):
                assert trial.kind == Item.Kind.CATCH
                assert trial.index > scored[clip]


def test_systems_are_level_within_a_session() -> None:
    study = live_study(World(categories=4, clips_per_category=4))
    work_through(study, 1)
    trials = Assignment.objects.get().trials.filter(kind="scored")
    per_system = Counter(trials.values_list("item__system__name", flat=True))
    assert sum(per_system.values()) == 10
    assert max(per_system.values()) - min(per_system.values()) <= 1
    per_category = Counter(trials.values_list("item__category", flat=True))
    assert max(per_category.values()) - min(per_category.values()) <= 1


def test_no_item_is_leased_beyond_its_places_however_many_come() -> None:
    study = live_study(World(categories=2, clips_per_category=2))
    work_through(study, 40)
    top = study.items.scored().aggregate(n=Max("taken"))["n"]
    assert top == study.votes_per_item


def test_the_cap_per_rater_holds_over_sessions() -> None:
    world = World(categories=4, clips_per_category=8)
    study = live_study(world)
    Study.objects.filter(pk=study.pk).update(max_votes_per_rater=14)
    begin(study, study.postings.get(), entry_of(1), now=NOW, client={})
    second = add_posting(study)
    first = Assignment.objects.get()
    first.trials.update(state=Trial.State.ANSWERED, shown_at=NOW)
    Assignment.objects.update(state=Assignment.State.SUBMITTED)
    begin(study, second, entry_of(1, assignment="3ASSIGNMENTTWO"), now=NOW, client={})
    assert Trial.objects.filter(kind="scored").count() == 14


def test_the_same_seed_deals_the_same_session() -> None:
    dealt = []
    for _ in range(2):
        study = live_study(World())
        begin(study, study.postings.get(), entry_of(3), now=NOW, client={})
        trials = study.trials.order_by("index")
        dealt.append(
            [(t.kind, t.clip.key, t.item.system and t.item.system.name) for t in trials]
        )
        study.assignments.all().delete()
        study.postings.all().delete()
        study.items.all().delete()
        study.stimuli.all().delete()
        study.clips.all().delete()
        study.delete()
    assert dealt[0] == dealt[1]
