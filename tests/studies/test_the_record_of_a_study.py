"""What a study hands to its report beside the votes."""

from pathlib import Path

import pytest

from analysis.study import Comparisons
from studies.models import Study
from studies.selectors import votes_frame
from studies.services.design import declared_spec, freeze
from studies.services.import_votes import import_votes
from studies.services.instructions import instructions_sha256
from studies.services.record import study_record
from tests.admin.judged import judged_study
from tests.commands.votes import votes_file
from tests.worlds import NOW, built_study

pytestmark = pytest.mark.django_db


def test_a_live_study_tells_all_that_its_methods_paragraph_needs() -> None:
    record = study_record(judged_study())
    facts = record.methods
    assert facts["recruiters"] == "a marketplace of the Mechanical Turk protocol"
    assert (facts["first_vote"], facts["last_vote"]) == ("2026-11-20", "2026-11-20")
    assert facts["question"] == "Is the sound of this video real or fake?"
    assert (facts["reward_usd"], facts["fee"]) == (
        "0.20",
        "$0.04 to mturk, for each session",
    )
    # ten are asked for; a rater meets 5 of the 6 clips, the other is for practice
    assert facts["items_per_session"] == "5"
    assert facts["seed"] == "7"
    assert "catch items right" in facts["exclusion_rules"]
    assert len(facts["instructions_sha256"]) == len(facts["spec_sha256"]) == 64
    # nobody was timed: nothing is said of pay per hour
    assert "paid_per_hour_usd" not in facts
    assert all(isinstance(value, str) for value in facts.values())


def test_planned_items_are_called_as_in_the_votes() -> None:
    study = judged_study()
    record = study_record(study)
    assert record.items is not None
    planned = {item: (category, method) for item, category, method in record.items}
    assert len(planned) == 6 * 4
    frame = votes_frame(study)
    for row in frame.itertuples():
        assert planned[str(row.item_id)] == (row.category, row.method)


def test_names_come_in_their_order_and_the_control_last() -> None:
    record = study_record(judged_study())
    assert record.method_names == ("frame", "seq", "flow", "real")
    assert record.control == "real"
    assert record.categories == ("Category 0", "Category 1", "Category 2")
    assert record.comparisons == Comparisons()
    assert record.looks == ()


def test_a_study_is_interim_until_it_is_closed() -> None:
    study = judged_study()
    assert study_record(study).interim
    Study.objects.update(state=Study.State.CLOSED)
    study.refresh_from_db()
    assert not study_record(study).interim


def test_an_import_tells_what_is_known(tmp_path: Path) -> None:
    made = import_votes(votes_file(tmp_path), slug="small", now=NOW)
    record = study_record(made.study)
    assert (record.items, record.votes_per_item, record.methods) == (None, None, {})
    assert record.declared == {"source": "imported votes"}
    # nobody knows in how many sessions they were given
    assert record.flow is None
    assert record.method_names == ("Frame", "Seq", "real")
    assert not record.interim


def test_the_words_that_raters_read_are_hashed_at_launch() -> None:
    study = built_study()
    before = instructions_sha256(study)
    assert declared_spec(study)["instructions_sha256"] == before
    study.consent_text = "Agree."
    assert instructions_sha256(study) != before
    freeze(study)
    study.state = Study.State.LIVE
    study.save()
    frozen = study_record(study).methods["instructions_sha256"]
    assert frozen == study.spec["instructions_sha256"] == instructions_sha256(study)


def test_a_study_launched_before_they_were_hashed_claims_nothing() -> None:
    study = judged_study()
    del study.spec["instructions_sha256"]
    study.save()
    assert "instructions_sha256" not in study_record(study).methods
