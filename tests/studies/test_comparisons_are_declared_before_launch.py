"""What is compared is read strictly, settled before launch and frozen with it."""

from typing import Any

import pytest

from analysis.study import Comparisons, SequentialPlan
from studies.errors import StudyError, WrongStateError
from studies.models import Study
from studies.services.comparisons import (
    Names,
    comparisons_text,
    misfit,
    parse,
    read_comparisons,
    stage_count,
    to_json,
)
from studies.services.declared import declared
from studies.services.design import declared_spec
from studies.services.launch_plan import plan
from studies.services.publish import launch
from studies.services.study_settings import change_settings
from tests.fakes import FakeRecruiter
from tests.worlds import World, built_study

NAMES = Names(("frame", "seq", "flow"), "real")
THREE_LOOKS = {"kind": "obrien-fleming", "looks": 3, "one": "flow", "other": "frame"}
WHOLE = {
    "baseline": "seq",
    "margin_pp": 5.0,
    "alpha": 0.01,
    "families": ["generated", "baseline"],
    "sequential": THREE_LOOKS,
}


def test_everything_declared_is_read() -> None:
    assert parse(WHOLE, NAMES) == Comparisons(
        baseline="seq",
        margin_pp=5.0,
        families=("generated", "baseline"),
        alpha=0.01,
        sequential=SequentialPlan("obrien-fleming", 3, "flow", "frame", 0.01),
        declared=True,
    )


def test_what_is_written_is_read_back_alike() -> None:
    assert to_json(parse(WHOLE, NAMES)) == WHOLE


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"baseline": "sec"}, "baseline is 'sec'"),
        ({"baseline": "real"}, "baseline is 'real'"),
        ({"margin_pp": 0}, "margin is 0"),
        ({"margin_pp": 50.5}, "margin is 50.5"),
        ({"margin_pp": float("nan")}, "margin is nan"),
        ({"margin_pp": "5"}, "margin is '5'"),
        ({"alpha": 0.5}, "alpha is 0.5"),
        ({"alpha": 0}, "alpha is 0"),
        ({"alpha": True}, "alpha is True"),
        ({"families": []}, "name at least one"),
        ({"families": ["real", "real"]}, "each once"),
        ({"families": ["fake"]}, "no family 'fake'"),
        ({"margin": 5}, "no 'margin'"),
        ({"sequential": {**THREE_LOOKS, "looks": 1}}, "looks is 1"),
        ({"sequential": {**THREE_LOOKS, "looks": 6}}, "looks is 6"),
        ({"sequential": {**THREE_LOOKS, "looks": 2.5}}, "looks is 2.5"),
        ({"sequential": {**THREE_LOOKS, "looks": None}}, "looks is None"),
        (
            {"sequential": {**THREE_LOOKS, "kind": "daily"}},
            "no sequential plan",
        ),
        ({"sequential": {**THREE_LOOKS, "one": "flaw"}}, "first system is 'flaw'"),
        ({"sequential": {**THREE_LOOKS, "other": ""}}, "second system is not chosen"),
        ({"sequential": {**THREE_LOOKS, "other": "flow"}}, "'flow' with itself"),
        ({"sequential": {**THREE_LOOKS, "kind": "always-valid"}}, "has no 3 looks"),
        ({"sequential": [3]}, "are [3]"),
    ],
)
def test_what_does_not_hold_is_refused_by_name(
    value: dict[str, Any], told: str
) -> None:
    with pytest.raises(StudyError) as refused:
        parse({**WHOLE, **value}, NAMES)
    assert told in str(refused.value)


@pytest.mark.parametrize("margin", [0.001, 50])
def test_margins_hold_up_to_both_ends(margin: float) -> None:
    assert parse({"margin_pp": margin}, NAMES).margin_pp == margin


def test_without_a_real_system_nothing_is_equivalent_to_it() -> None:
    with pytest.raises(StudyError, match="there is no real system"):
        parse({"margin_pp": 5}, Names(("frame", "seq")))


def test_the_clips_are_dealt_into_looks_or_a_fixed_number_of_parts() -> None:
    three = parse(WHOLE, NAMES).sequential
    always = SequentialPlan("always-valid", 0, "flow", "frame")
    assert three is not None
    assert stage_count(three, 1280) == 3
    assert stage_count(always, 1280) == 20
    # not more parts than clips
    assert stage_count(always, 6) == 6


def test_they_are_said_in_one_line() -> None:
    assert comparisons_text(parse(WHOLE, NAMES)) == (
        "baseline seq; equivalent to real within 5 points; level 0.01, Holm within "
        "generated, baseline; flow against frame at 3 looks by O'Brien-Fleming bounds"
    )
    assert comparisons_text(Comparisons()) == "none declared before launch"


@pytest.mark.django_db
def test_the_bare_defaults_declare_nothing() -> None:
    study = change_settings(built_study(), {"comparisons": {"alpha": 0.05}})
    assert study.comparisons == {}
    assert not read_comparisons(study).declared


@pytest.mark.django_db
def test_they_are_settled_with_every_default_written_out() -> None:
    study = change_settings(built_study(), {"comparisons": {"baseline": "seq"}})
    assert study.comparisons == {
        "baseline": "seq",
        "margin_pp": None,
        "alpha": 0.05,
        "families": ["generated", "generated-by-category", "real"],
        "sequential": None,
    }
    # no file depends on it
    assert study.state == Study.State.READY


@pytest.mark.django_db
def test_a_launch_freezes_them_and_takes_no_change_after(
    recruiter: FakeRecruiter,
) -> None:
    study = change_settings(built_study(), {"comparisons": WHOLE})
    assert declared_spec(study)["comparisons"] == WHOLE
    undeclared = launch(built_study(World(slug="other")), "mturk")
    launched = launch(study, "mturk")
    assert launched.spec["comparisons"] == WHOLE
    assert undeclared.spec["comparisons"] == {}
    assert declared(launched)["comparisons"].startswith("baseline seq; ")
    with pytest.raises(WrongStateError):
        change_settings(launched, {"comparisons": {}})


@pytest.mark.django_db
def test_a_study_that_does_not_fit_them_is_not_launched(
    recruiter: FakeRecruiter,
) -> None:
    small = World(slug="small", categories=2, clips_per_category=1)
    study = change_settings(built_study(small), {"comparisons": WHOLE})
    assert misfit(study) == "3 looks need as many clips, there are 2"
    assert misfit(study) in plan(study, "mturk").problems
    study.systems.filter(name="seq").update(name="sequence")
    assert "baseline is 'seq'" in misfit(study)


@pytest.mark.django_db
def test_a_launch_warns_where_a_look_could_decide_nothing(
    recruiter: FakeRecruiter,
) -> None:
    # 6 clips by 3 looks are 2 each; 39 are 13, and 13 less 2 further categories 11
    study = change_settings(built_study(), {"comparisons": WHOLE})
    told = "the first of 3 looks is at 2 clips: too few for a clustered error"
    assert any(told in text for text in plan(study, "mturk").warnings)
    # 32 are dealt as 11, 11 and 10: the first look is at the most
    uneven = World(slug="uneven", categories=2, clips_per_category=16)
    study = change_settings(built_study(uneven), {"comparisons": WHOLE})
    assert not any("looks" in text for text in plan(study, "mturk").warnings)
    large = World(slug="large", categories=3, clips_per_category=13)
    study = change_settings(built_study(large), {"comparisons": WHOLE})
    assert not any("looks" in text for text in plan(study, "mturk").warnings)
