"""The launch page tells what the study could show, before anything is spent."""

from collections.abc import Callable

import pytest
from django.test import Client

from studies.models import Study
from studies.services.planning import plan_of, study_input, study_prices
from studies.services.removal import remove
from tests.fakes import FakeRecruiter
from tests.worlds import World, built_study, drop_sounds

pytestmark = pytest.mark.django_db

WORLD = World(categories=2, clips_per_category=8, settings={"max_votes_per_rater": 10})


def address(study: Study, step: str) -> str:
    return f"/admin/studies/study/{study.pk}/{step}/"


def test_intervals_and_differences_stand_on_the_launch_page(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    page = ada.get(address(built_study(WORLD), "launch"))
    intervals = {row.name: row.cells for row in page.context["intervals"]}
    assert set(intervals) == {"frame", "seq", "flow", "real"}
    # the control's expected rate is the paper's
    assert intervals["real"][0] == "91.4 %"
    text = page.content.decode()
    assert "What it can show" in text
    assert "a synthetic panel, not people" in text
    assert address(page.context["study"], "power") in text


def test_the_study_is_planned_as_it_stands(recruiter: FakeRecruiter) -> None:
    study = built_study(WORLD)
    asked = study_input(study)
    assert (asked.clips_per_category, asked.votes) == (8, 16 * 4 * 3)
    assert (asked.systems, asked.control) == (("frame", "seq", "flow"), "real")
    # 192 votes at 10 each
    assert (asked.cap, asked.raters) == (10, 20)
    assert study_prices(study, ["mturk"])[0].session_items == 10


def test_clips_that_lack_a_system_are_planned_without_it_and_warned_about(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = drop_sounds(built_study(), "frame", keep=1)
    page = ada.get(address(study, "launch"))
    # 6 clips by real, seq and flow, one by frame: 19 items of 3 votes
    asked = page.context["shows"].asked
    assert (asked.votes, asked.raters) == (57, 12)
    assert page.context["plan"].votes == 57
    assert page.context["plan"].sessions == 12
    widths = {row.name: row.cells[2] for row in page.context["intervals"]}
    assert float(widths["frame"][1:]) > 1.5 * float(widths["seq"][1:])
    text = page.content.decode()
    assert "57 votes by 12 or more raters" in text
    assert "5 clips lack frame" in text
    assert "frame is on 1 of 6 clips: its average is known to" in text
    assert "seq is on" not in text
    simulated = ada.get(address(study, "power"), headers={"HX-Request": "true"})
    assert "There is 1 clip of frame; with all of them" in simulated.content.decode()


def test_categories_of_different_size_are_planned_as_they_are(
    recruiter: FakeRecruiter,
) -> None:
    study = built_study(World(categories=2, clips_per_category=3))
    study.items.all().delete()
    study.stimuli.exclude(kind="arm").delete()
    study.clips.get(key="clip-05").delete()
    assert study_input(study).votes == 5 * 4 * 3
    assert study_input(study).gaps == {}


def test_the_button_simulates_with_the_studys_seed(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = built_study(WORLD)
    page = ada.get(address(study, "power"), headers={"HX-Request": "true"})
    assert page.context["simulated"] > 0
    text = page.content.decode()
    assert "frame vs seq" in text
    assert "cannot be decided" in text
    assert plan_of(study, studies=3).powers == plan_of(study, studies=3).powers


def test_time_ends_the_simulation(recruiter: FakeRecruiter) -> None:
    assert plan_of(built_study(WORLD), studies=50, seconds=0).studies == 1


def test_without_a_system_to_compare_there_is_no_panel(
    ada: Client, recruiter: FakeRecruiter
) -> None:
    study = built_study(World(systems=("real",)))
    assert "shows" not in ada.get(address(study, "launch")).context
    assert "nothing to plan yet" in ada.get(address(study, "power")).content.decode()
    remove(study)


def test_who_may_not_see_studies_may_not_simulate(
    staff: Callable[..., Client], recruiter: FakeRecruiter
) -> None:
    study = built_study(WORLD)
    assert staff().get(address(study, "power")).status_code == 403
