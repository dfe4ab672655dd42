"""The settings page declares what is compared, or says what does not hold."""

import json

import pytest
from django.test import Client

from studies.models import Study
from tests.admin.test_settings_are_fixed_at_launch import save
from tests.worlds import built_study

LOOKS = {
    "plan": "pocock",
    "looks": "4",
    "first_system": "flow",
    "second_system": "real",
}


def test_what_is_typed_is_declared_and_shown_before_launch(ada: Client) -> None:
    study = built_study()
    save(ada, study, baseline="seq", margin_pp="5", **LOOKS)
    assert study.comparisons == {
        "baseline": "seq",
        "margin_pp": 5.0,
        "alpha": 0.05,
        "families": ["generated", "generated-by-category", "real"],
        "sequential": {"kind": "pocock", "looks": 4, "one": "flow", "other": "real"},
    }
    assert study.state == Study.State.READY
    page = ada.get(f"/admin/studies/study/{study.pk}/launch/")
    assert json.loads(page.context["spec"])["comparisons"] == study.comparisons


def test_saving_again_keeps_it_and_families_without_a_field(ada: Client) -> None:
    study = built_study()
    save(ada, study, baseline="seq", **LOOKS)
    study.comparisons["families"] = ["baseline"]
    study.save()
    before = dict(study.comparisons)
    save(ada, study, title="Another title")
    assert (study.title, study.comparisons) == ("Another title", before)


def test_any_number_of_looks_needs_no_number(ada: Client) -> None:
    study = built_study()
    save(ada, study, **{**LOOKS, "plan": "always-valid", "looks": ""})
    assert study.comparisons["sequential"]["looks"] == 0


def test_nothing_typed_declares_nothing(ada: Client) -> None:
    study = built_study()
    save(ada, study, votes_per_item="4")
    assert (study.votes_per_item, study.comparisons) == (4, {})


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"margin_pp": "51"}, "margin is 51"),
        ({"margin_pp": "-1"}, "margin is -1"),
        ({"alpha": "0.7"}, "alpha is 0.7"),
        ({**LOOKS, "looks": "9"}, "number of looks is 9"),
        ({**LOOKS, "second_system": ""}, "second system is"),
        ({**LOOKS, "second_system": "flow"}, "with itself"),
        ({"baseline": "real"}, "not one of the available choices"),
        ({"straightline_votes": "3"}, "3 equal answers are given by chance"),
        ({"min_answer_seconds": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_does_not_hold_is_said_and_not_saved(
    ada: Client, sent: dict[str, str], told: str
) -> None:
    study = built_study()
    page = save(ada, study, votes_per_item="8", **sent)
    assert told in page
    assert (study.votes_per_item, study.comparisons) == (3, {})


def test_the_further_rules_are_set_on_the_same_page(ada: Client) -> None:
    study = built_study()
    save(ada, study, min_answer_seconds="2.5", straightline_votes="10")
    assert study.rules["min_answer_seconds"] == 2.5
    assert study.rules["straightline_votes"] == 10
