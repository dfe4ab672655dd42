"""Rules may change while nobody has seen them, and not after."""

import pytest
from django.test import Client

from studies.errors import WrongStateError
from studies.models import Study
from studies.services.study_settings import change_settings
from tests.admin.judged import judged_study
from tests.worlds import built_study


def form_of(client: Client, study: Study) -> dict[str, object]:
    page = client.get(f"/admin/studies/study/{study.pk}/change/")
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None}


def save(client: Client, study: Study, **changed: object) -> str:
    url = f"/admin/studies/study/{study.pk}/change/"
    answer = client.post(url, {**form_of(client, study), **changed}, follow=True)
    study.refresh_from_db()
    return answer.content.decode()


def test_every_setting_is_explained(ada: Client) -> None:
    study = built_study()
    page = ada.get(f"/admin/studies/study/{study.pk}/change/")
    fields = page.context["adminform"].form.fields
    assert [name for name, field in fields.items() if not field.help_text] == []


def test_a_rule_that_files_do_not_depend_on_keeps_the_study_ready(ada: Client) -> None:
    study = built_study()
    save(ada, study, votes_per_item=5, reward_usd="0.75")
    assert (study.votes_per_item, str(study.reward_usd)) == (5, "0.75")
    assert study.state == Study.State.READY
    assert set(study.items.filter(kind="scored").values_list("places")) == {(5,)}


def test_another_loudness_asks_for_building_again(ada: Client) -> None:
    study = built_study()
    page = save(ada, study, loudness_lufs="-20")
    assert study.render["loudness_lufs"] == -20
    assert study.state == Study.State.DRAFT
    assert "Now build" in page
    assert not study.stimuli.filter(built_at__isnull=False).exists()


def test_saving_without_a_change_asks_for_nothing(ada: Client) -> None:
    study = built_study()
    save(ada, study)
    assert study.state == Study.State.READY


@pytest.mark.parametrize("seed", ["-1", str(2**63)])
def test_a_seed_that_nothing_can_be_drawn_by_is_refused(ada: Client, seed: str) -> None:
    study = built_study()
    page = save(ada, study, seed=seed)
    assert "Ensure this value is" in page
    assert 0 <= study.seed < 2**63


@pytest.mark.parametrize("value", ["wide", "50", "99999"])
def test_a_band_limit_that_cannot_be_rendered_is_refused(
    ada: Client, value: str
) -> None:
    study = built_study()
    save(ada, study, band_limit=value)
    assert study.render == {}


def test_a_live_study_shows_its_rules_and_takes_no_change(ada: Client) -> None:
    study = judged_study()
    url = f"/admin/studies/study/{study.pk}/change/"
    page = ada.get(url).content.decode()
    assert "These rules are fixed" in page
    assert ada.post(url, {"votes_per_item": 9}).status_code == 403
    study.refresh_from_db()
    assert study.votes_per_item == 3


def test_a_launch_between_showing_and_saving_wins(db: None) -> None:
    study = built_study()
    Study.objects.filter(pk=study.pk).update(state=Study.State.LAUNCHING)
    with pytest.raises(WrongStateError, match="its rules are fixed"):
        change_settings(study, {"votes_per_item": 9})


def test_a_draft_can_be_deleted_and_a_judged_study_cannot(ada: Client) -> None:
    draft, judged = built_study(), judged_study()
    yes = {"post": "yes"}
    page = ada.get(f"/admin/studies/study/{draft.pk}/delete/").content.decode()
    assert "6 clips" in page
    ada.post(f"/admin/studies/study/{draft.pk}/delete/", yes)
    ada.post(f"/admin/studies/study/{judged.pk}/delete/", yes)
    assert list(Study.objects.values_list("slug", flat=True)) == ["judged"]
