"""The watch page shows the declared looks, and takes the one that is due."""

from collections.abc import Callable

import pytest
from django.test import Client

from studies.models import Look
from tests.admin.judged import judged_study
from tests.fakes import FakeRecruiter
from tests.studies.looked import fill, looked_at, no_difference, plan_of
from tests.worlds import World

LARGE = World(categories=3, clips_per_category=12)


@pytest.fixture(autouse=True)
def _no_recruiter_elsewhere(recruiter: FakeRecruiter) -> None:
    """Nobody is asked over the network."""


def test_a_study_without_looks_shows_no_card(ada: Client) -> None:
    study = judged_study()
    page = ada.get(f"/admin/studies/study/{study.pk}/watch/").content.decode()
    assert "Looks while it runs" not in page


def test_the_card_says_what_the_next_look_lacks(ada: Client) -> None:
    study = looked_at(plan_of(), LARGE)
    page = ada.get(f"/admin/studies/study/{study.pk}/watch/").content.decode()
    assert "flow against frame at 3 looks" in page
    assert "No look was taken yet." in page
    assert "Look 1 waits for 144 usable votes more" in page
    assert "Take look" not in page
    sent = ada.post(
        f"/admin/studies/study/{study.pk}/watch/", {"look": "1"}, follow=True
    )
    assert "look 1 waits for 144 usable votes more" in sent.content.decode()
    assert not Look.objects.exists()


def test_the_button_takes_the_look_that_is_due(ada: Client) -> None:
    study = looked_at(plan_of(), LARGE)
    fill(study, 1, no_difference)
    url = f"/admin/studies/study/{study.pk}/watch/"
    assert "Take look 1" in ada.get(url).content.decode()
    page = ada.post(url, {"look": "1"}, follow=True).content.decode()
    assert Look.objects.get().number == 1
    assert "Look 1: flow minus frame " in page
    assert "Not decided: go on." in page


def test_who_may_not_launch_takes_no_look(staff: Callable[..., Client]) -> None:
    study = looked_at(plan_of(), LARGE)
    fill(study, 1, no_difference)
    bob = staff("view_study", "change_study")
    url = f"/admin/studies/study/{study.pk}/watch/"
    assert "Take look" not in bob.get(url).content.decode()
    assert bob.post(url, {"look": "1"}).status_code == 403
    assert not Look.objects.exists()
