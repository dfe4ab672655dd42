"""manage.py look takes the next declared look, or prints the last one."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from studies.models import Look
from tests.studies.looked import fill, looked_at, mostly_flow, no_difference, plan_of
from tests.worlds import World

pytestmark = pytest.mark.django_db
LARGE = World(slug="foley", categories=3, clips_per_category=12)


def run(*args: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("look", "--study", "foley", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_look_is_refused_while_votes_are_wanting() -> None:
    looked_at(plan_of(), LARGE)
    with pytest.raises(CommandError, match="foley: look 1 waits for 144 usable votes"):
        run()


def test_a_look_says_what_it_found_and_what_the_next_one_waits_for() -> None:
    study = looked_at(plan_of(), LARGE)
    fill(study, 1, no_difference)
    said, beside = run()
    assert said.splitlines()[0].startswith("Look 1: flow minus frame ")
    assert said.splitlines()[1].startswith("Not decided: go on.")
    assert "look 2 waits for 144 usable votes more" in beside
    again, _ = run()
    assert again.splitlines()[0].startswith(said.splitlines()[0] + " (taken on ")
    assert again.splitlines()[1:] == said.splitlines()[1:]
    assert Look.objects.count() == 1


def test_a_look_that_decides_says_that_the_study_may_be_closed() -> None:
    study = looked_at(plan_of("pocock"), LARGE)
    fill(study, 1, mostly_flow)
    said, beside = run("--number", "1")
    assert "crossed" in said
    assert "You may close the study" in said
    assert beside == ""
