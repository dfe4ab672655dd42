"""What stands before the launch button: how many people, how long a session, why."""

import pytest

from studies.errors import WrongStateError
from studies.models import Study
from studies.services.design import clips_shown
from studies.services.launch_plan import plan
from studies.services.publish import launch
from tests.fakes import FakeRecruiter
from tests.worlds import World, built_study, drop_sounds, live_study

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def recruited(recruiter: FakeRecruiter) -> None:
    """Plans are asked of a recruiter that is not there."""


def test_people_are_counted_by_the_clips_that_one_may_meet() -> None:
    # 6 clips x 4 systems x 3 votes; one clip goes to practice, so 5 votes a person
    study = built_study()
    assert "at least 15 people are needed" in plan(study, "mturk").warnings


def test_a_cap_on_votes_asks_for_more_people() -> None:
    study = built_study(World(settings={"max_votes_per_rater": 2}))
    assert "at least 36 people are needed" in plan(study, "mturk").warnings


def test_every_vote_on_a_clip_is_another_person_s() -> None:
    study = built_study()
    clip = study.clips.order_by("pk")[0]
    generated = study.items.scored().filter(stimuli__system__is_real=False)
    generated.exclude(clip=clip).delete()
    # 27 votes would fit 6 people of 5 votes each, but 12 of them are on one clip
    assert "at least 12 people are needed" in plan(study, "mturk").warnings


def test_a_shorter_session_says_where_the_clips_went() -> None:
    said = plan(built_study(), "mturk").warnings[0]
    assert said == (
        "sessions hold 5 items, not 10: a rater meets each clip once, "
        "and there are 6 clips, 1 of them kept for practice"
    )
    one = World("one", categories=1, clips_per_category=1)
    said = plan(built_study(one), "mturk").warnings[0]
    assert said == (
        "sessions hold 1 item, not 10: a rater meets each clip once, "
        "and there is 1 clip"
    )


def test_a_study_of_the_control_alone_is_warned_about() -> None:
    only = built_study(World("only", systems=("real",)))
    said = "there is no system but real: nothing is compared"
    assert said in plan(only, "mturk").warnings
    assert said not in plan(built_study(), "mturk").warnings


def test_clips_that_lack_a_system_are_warned_about() -> None:
    study = drop_sounds(drop_sounds(built_study(), "frame", keep=1), "flow", keep=5)
    said = plan(study, "mturk").warnings
    assert "5 clips lack frame" in said
    assert "1 clip lacks flow" in said
    assert not any("seq" in each or "real" in each for each in said)


def test_catch_items_are_missed_only_once_a_build_made_none() -> None:
    study = built_study()
    study.items.exclude(kind="scored").delete()
    study.stimuli.exclude(kind="arm").delete()
    said = "there are no catch items"
    assert said in plan(study, "mturk").warnings
    study.state = Study.State.DRAFT
    assert said not in plan(study, "mturk").warnings
    study.catch_items = 0
    assert said in plan(study, "mturk").warnings


def test_raters_are_told_no_more_clips_than_there_are() -> None:
    # one clip: no practice without another, and one muted catch item
    assert clips_shown(built_study(World("one", 1, 1))) == 2
    assert clips_shown(built_study()) == 5 + 2 + 2


def test_a_launch_that_comes_too_late_is_not_told_to_build() -> None:
    with pytest.raises(WrongStateError, match="live already: nothing was published"):
        launch(live_study(), "mturk")
    Study.objects.update(state=Study.State.CLOSED)
    with pytest.raises(WrongStateError, match=r"is closed; .* can be launched$"):
        launch(Study.objects.get(), "mturk")
