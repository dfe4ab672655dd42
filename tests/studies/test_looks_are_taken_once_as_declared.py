"""A look waits for all votes of its clips, is kept, and decides or does not."""

import pytest
from django.db import IntegrityError, transaction

from analysis.report import votes_sha256
from analysis.sequential import group_bounds, sequential_summary, take_look
from analysis.votes import encode_votes
from studies.errors import StudyError
from studies.models import Assignment, Look, Study, Vote
from studies.selectors.frames import staged_votes_frame
from studies.services import looks
from studies.services.comparisons import read_comparisons
from studies.services.export import export_votes
from studies.services.looks import look_state, waiting
from studies.services.record import looks_of
from tests.studies.looked import (
    fill,
    looked_at,
    mostly_flow,
    no_difference,
    plan_of,
)
from tests.worlds import NOW, World, built_study, live_study

pytestmark = pytest.mark.django_db
LARGE = World(categories=3, clips_per_category=12)


def test_a_look_waits_for_all_votes_of_its_clips_and_says_how_many() -> None:
    study = looked_at(plan_of())
    # 4 clips of 4 systems by 3 votes
    with pytest.raises(StudyError, match="look 1 waits for 48 usable votes more"):
        looks.take_look(study, now=NOW)
    fill(study, 1, mostly_flow, raters=2)
    fill(study, 2, mostly_flow)
    with pytest.raises(StudyError, match="waits for 16 usable votes more on the clips"):
        looks.take_look(study, now=NOW)
    assert not Look.objects.exists()


def test_an_unusable_vote_is_waited_for() -> None:
    study = looked_at(plan_of())
    fill(study, 1, mostly_flow)
    vote = Vote.objects.filter(trial__item__stage=1)[0]
    Vote.objects.filter(pk=vote.pk).update(usable=False)
    with pytest.raises(StudyError, match="waits for 1 usable vote more"):
        looks.take_look(study, now=NOW)


def test_a_look_is_what_the_analysis_finds_on_its_clips_alone() -> None:
    study = looked_at(plan_of(), LARGE)
    fill(study, 1, no_difference)
    fill(study, 2, mostly_flow, raters=1)
    look, new = looks.take_look(study, now=NOW)
    assert new
    # 12 clips, two systems, 3 votes
    assert (look.number, look.videos, look.votes) == (1, 12, 72)
    assert look.bound == pytest.approx(group_bounds("obrien-fleming", 3)[0])
    frame = staged_votes_frame(study, 1)
    plan = read_comparisons(study).sequential
    assert plan is not None
    found = take_look(
        encode_votes(frame),
        plan,
        number=1,
        stage_of=dict.fromkeys(frame["item_id"], 1),
    )
    assert look.difference == found.difference
    assert look.statistic == pytest.approx(found.statistic)
    assert not look.crossed
    # who has the exported votes of these clips can see that they are the same
    exported = export_votes(study)
    first = exported[exported["source_video"].isin(set(frame["source_video"]))]
    assert look.votes_sha256 == votes_sha256(first)
    event = study.events.filter(kind="look").get()
    assert event.message.startswith("Look 1: flow minus frame ")


def test_asking_again_finds_the_same_look_whatever_came_in_since() -> None:
    study = looked_at(plan_of(), LARGE)
    fill(study, 1, no_difference)
    look, _ = looks.take_look(study, now=NOW)
    Vote.objects.update(choice="real")
    fill(study, 2, mostly_flow, raters=2)
    for number in (0, 1):
        again, new = looks.take_look(study, now=NOW, number=number)
        assert (again, new) == (look, False)
        assert again.votes_sha256 == look.votes_sha256
    assert study.events.filter(kind="look").count() == 1


def test_a_study_is_decided_by_a_look_that_crosses_and_looked_at_no_more() -> None:
    study = looked_at(plan_of("pocock"), LARGE)
    fill(study, 1, mostly_flow)
    look, _ = looks.take_look(study, now=NOW)
    assert look.crossed
    assert look.statistic > look.bound
    state = look_state(study)
    assert state is not None
    assert state.meaning.startswith("Decided: flow and frame differ")
    assert (state.next_number, waiting(state)) == (0, "")
    fill(study, 2, mostly_flow)
    assert looks.take_look(study, now=NOW) == (look, False)
    with pytest.raises(StudyError, match="look 2 is not the next one; there is none"):
        looks.take_look(study, now=NOW, number=2)


def test_the_last_look_ends_the_plan_without_a_decision() -> None:
    study = looked_at(plan_of(looks=2), LARGE)
    for stage in (1, 2):
        fill(study, stage, no_difference)
    first, _ = looks.take_look(study, now=NOW)
    with pytest.raises(StudyError, match="look 3 is not the next one; look 2 can be"):
        looks.take_look(study, now=NOW, number=3)
    last, _ = looks.take_look(study, now=NOW)
    assert (first.number, last.number) == (1, 2)
    assert last.votes == 2 * first.votes
    state = look_state(study)
    assert state is not None
    assert state.meaning == "It was the last look: flow and frame were not told apart."
    plan = read_comparisons(study).sequential
    assert plan is not None
    told = sequential_summary(plan, looks_of(study))
    assert "No look crossed its bound: no difference was shown" in told


def test_an_always_valid_look_is_at_all_stages_that_are_whole() -> None:
    study = looked_at(plan_of("always-valid", 0), LARGE)
    for stage in (1, 2, 3, 5):
        fill(study, stage, no_difference)
    look, _ = looks.take_look(study, now=NOW)
    # the fourth stage is not whole, so the fifth is not looked at
    assert look.number == 3
    assert look.bound == pytest.approx(20)
    state = look_state(study)
    assert state is not None
    assert (state.next_number, state.stages) == (4, 20)
    # 36 clips by 20 stages: two at the fourth; four systems, three votes
    assert state.lacking == 24
    fill(study, 4, no_difference)
    assert looks.take_look(study, now=NOW)[0].number == 5


def test_votes_that_tell_nothing_decide_nothing() -> None:
    study = looked_at(plan_of(), LARGE)
    fill(study, 1, lambda _item, _person: True)
    look, _ = looks.take_look(study, now=NOW)
    assert (look.crossed, look.statistic, look.difference) == (False, 0.0, 0.0)
    assert "no variance" in look.note


def test_too_few_clips_decide_nothing_and_the_next_look_comes_all_the_same() -> None:
    study = looked_at(plan_of())
    for stage in (1, 2):
        fill(study, stage, mostly_flow)
    look, _ = looks.take_look(study, now=NOW)
    assert not look.crossed
    plan = read_comparisons(study).sequential
    assert plan is not None
    assert "untested, few clusters" in looks.look_text(look, plan)
    assert looks.take_look(study, now=NOW)[0].number == 2


def test_without_declared_looks_nothing_is_tested_before_the_end() -> None:
    study = live_study()
    assert look_state(study) is None
    with pytest.raises(StudyError, match="declared no looks"):
        looks.take_look(study, now=NOW)
    with pytest.raises(StudyError, match="is ready: it has no votes"):
        looks.take_look(built_study(World(slug="unlaunched")), now=NOW)


def test_the_database_keeps_one_look_of_each_number() -> None:
    study = looked_at(plan_of(), LARGE)
    fill(study, 1, no_difference)
    look, _ = looks.take_look(study, now=NOW)
    look.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        look.save(force_insert=True)


def test_a_session_that_is_found_unusable_later_changes_no_look() -> None:
    study = looked_at(plan_of(), LARGE)
    fill(study, 1, no_difference)
    look, _ = looks.take_look(study, now=NOW)
    Assignment.objects.update(used=False)
    Study.objects.update(state=Study.State.CLOSED)
    study.refresh_from_db()
    assert looks.take_look(study, now=NOW) == (look, False)
