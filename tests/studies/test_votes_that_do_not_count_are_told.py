"""Every submitted vote with its fate, sessions, and the flow from one to the other."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pandas as pd
import pytest
from django.db.models import F
from pytest_django import DjangoAssertNumQueries

from analysis.study import Flow
from studies.models import Assignment, Item, Study, Trial, Vote
from studies.selectors import all_votes_frame, sessions_frame, votes_frame
from studies.selectors.excluded import rule_of
from studies.selectors.flow import flow
from tests.admin.judged import judged_study, session
from tests.worlds import NOW, add_posting

pytestmark = pytest.mark.django_db
FAILED = "0 of 2 catch items right, 50% wanted"


def mixed_study() -> Study:
    """Seven sessions of four votes: 3 used, 2 failed, 1 unjudged, 1 still at work.

    One vote of the used ones is unusable, one trial of them was released.
    """
    study = judged_study(sessions=3)
    for number in (3, 4):
        failed = session(study, number)
        wanted = FAILED if number == 3 else FAILED.replace("0 of", "1 of")
        Assignment.objects.filter(pk=failed.pk).update(used=False, unused_reason=wanted)
    session(study, 5, Assignment.State.SUBMITTED)
    Assignment.objects.filter(rater__endswith="X5").update(used=None)
    at_work = session(study, 6, Assignment.State.ACTIVE)
    Assignment.objects.filter(pk=at_work.pk).update(used=None, submitted_at=None)
    first, second = Vote.objects.filter(trial__assignment__used=True)[:2]
    Vote.objects.filter(pk=first.pk).update(
        usable=False, unusable_reason="the clip was not played to its end"
    )
    Trial.objects.filter(pk=second.trial_id).update(state=Trial.State.RELEASED)
    return study


def test_the_used_rows_are_the_counted_votes_in_their_order() -> None:
    study = mixed_study()
    counted, every = votes_frame(study), all_votes_frame(study)
    used = every[every["used"] == 1][counted.columns].reset_index(drop=True)
    pd.testing.assert_frame_equal(used, counted)
    # 3 sessions of 4 votes less one unusable and one released
    assert len(counted) == 10
    # and two failed sessions and one not judged besides, the one at work left out
    assert len(every) == 24


def test_each_vote_that_does_not_count_says_why() -> None:
    every = all_votes_frame(mixed_study())
    assert (every["excluded"] == "").tolist() == (every["used"] == 1).tolist()
    assert every["excluded"].value_counts().to_dict() == {
        "": 10,
        FAILED: 4,
        FAILED.replace("0 of", "1 of"): 4,
        "not judged yet": 4,
        "the clip was not played to its end": 1,
        "its place went to another rater": 1,
    }


def test_votes_name_their_session_and_recruiter() -> None:
    study = mixed_study()
    every = all_votes_frame(study)
    sessions = sessions_frame(study).set_index("session_id")
    raters = sessions.loc[every["session_id"], "worker_id"].tolist()
    assert raters == every["worker_id"].tolist()
    assert set(every["recruiter"]) == {"mturk"}


def test_votes_tell_their_place_among_the_scored_ones_and_the_hour_alone() -> None:
    study = judged_study(sessions=2)
    first, second = study.assignments.order_by("pk")
    # a practice or catch item before the third takes an index and no place
    for index in (3, 2):
        first.trials.filter(index=index).update(index=index + 5)
    noon = datetime(2026, 3, 1, 12, 59, tzinfo=timezone(timedelta(hours=5)))
    Vote.objects.filter(trial__assignment=second).update(received_at=noon)
    every = all_votes_frame(study).sort_values(["session_id", "position"])
    assert every["position"].tolist() == [1, 2, 3, 4] * 2
    hours = every.groupby("session_id")["hour"].unique()
    # 12:59 five hours east of Greenwich is 7:59 UTC
    assert hours[second.pk].tolist() == [7]
    assert hours[first.pk].tolist() == [NOW.astimezone(UTC).hour]
    places = dict(zip(every["item_id"], every["position"], strict=True))
    trial = first.trials.select_related("item__clip", "item__system").get(index=7)
    assert trial.item.system is not None
    assert places[f"{trial.item.clip.key}/{trial.item.system.name}"] == 3


def test_what_was_not_timed_here_has_no_hour_and_an_import_no_order() -> None:
    study = judged_study(sessions=1)
    for index, source in ((0, Vote.Source.IMPORT), (1, Vote.Source.RECRUITER)):
        Vote.objects.filter(trial__index=index).update(source=source)
    every = all_votes_frame(study)
    by_place = every.sort_values("position", na_position="last")
    assert by_place["position"].isna().tolist() == [False] * 3 + [True]
    assert by_place["hour"].isna().tolist() == [True, False, False, True]


def test_the_flow_counts_from_begun_to_used() -> None:
    study = mixed_study()
    assert flow(study) == Flow(
        begun=7,
        submitted=6,
        # five are approved, and each has its confirmed reward
        paid=5,
        used=3,
        raters=6,
        raters_used=3,
        votes_submitted=24,
        votes_used=10,
        excluded=(
            ("too few catch items right", 8),
            ("not judged yet", 4),
            ("clip not played to its end", 1),
            ("its place went to another rater", 1),
        ),
    )


def test_where_nobody_is_to_be_paid_none_is_counted() -> None:
    study = mixed_study()
    Study.objects.update(reward_usd=Decimal(0))
    study.refresh_from_db()
    assert flow(study).paid is None


def test_a_reason_of_no_rule_stays_as_it_is() -> None:
    assert rule_of("came after the study was closed") == (
        "came after the study was closed"
    )


def test_a_study_without_sessions_has_empty_frames() -> None:
    study = judged_study(sessions=0)
    assert votes_frame(study).empty
    assert all_votes_frame(study).empty
    assert list(all_votes_frame(study)["used"]) == []
    assert sessions_frame(study).empty
    assert flow(study) == Flow(0, 0, 0, 0, 0, 0, 0, 0)


def test_sessions_tell_minutes_only_where_a_person_was_timed_here() -> None:
    study = judged_study(sessions=4)
    rows = study.assignments.order_by("rater")
    rows.update(completed_at=NOW, submitted_at=NOW + timedelta(minutes=6))
    restored, simulated, backwards, _ = rows
    Assignment.objects.filter(pk=restored.pk).update(completed_at=None)
    Assignment.objects.filter(pk=simulated.pk).update(rater="mturk:ASIM0001")
    Assignment.objects.filter(pk=backwards.pk).update(submitted_at=F("started_at"))
    frame = sessions_frame(study)
    assert frame["minutes"].dropna().tolist() == [6.0]
    assert frame["simulated"].sum() == 1
    assert set(frame["recruiter"]) == {"mturk", "simulated"}


def test_sessions_tell_what_they_held_in_catch_items() -> None:
    study = judged_study(sessions=2)
    made = study.assignments.order_by("pk")[0]
    for index, choice in ((10, "fake"), (11, "real"), (12, "")):
        item = study.items.filter(kind=Item.Kind.CATCH).order_by("pk")[index - 10]
        trial = Trial.objects.create(
            assignment=made,
            item=item,
            index=index,
            kind=Item.Kind.CATCH,
            study=study,
            rater=made.rater,
            clip=item.clip,
            shown_at=NOW,
        )
        if choice:
            trial.votes.create(
                question="real",
                choice=choice,
                client_uuid=trial.key,
                received_at=NOW,
            )
    frame = sessions_frame(study)
    # a catch item is fake; one without an answer is asked and not right
    assert frame["catch_right"].tolist() == [1, 0]
    assert frame["catch_asked"].tolist() == [3, 0]


def test_the_frames_ask_a_fixed_number_of_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    study = judged_study(sessions=12)
    add_posting(study)
    with django_assert_num_queries(3):
        assert len(sessions_frame(study)) == 12
    with django_assert_num_queries(1):
        all_votes_frame(study)
    with django_assert_num_queries(2):
        flow(study)
