"""Who left a session for another and comes back is given no clip met meanwhile."""

import pytest

from studies.errors import RefusedError
from studies.models import Assignment, Study, Vote
from studies.services.allocate import release
from studies.services.reconcile import take_in
from studies.services.sessions import begin
from studies.services.verdict import judge_session
from studies.services.votes import finish, next_trial
from tests.fakes import FakeRecruiter
from tests.studies.conftest import answer_all, truthful, work
from tests.worlds import NOW, World, add_posting, entry_of, live_study

pytestmark = pytest.mark.django_db
# four clips and sessions of four: two sessions of one rater hold the same clips
SMALL = World(
    categories=2,
    settings={"practice_items": 0, "catch_items": 0, "items_per_session": 4},
)


def test_a_clip_judged_elsewhere_is_not_leased_again(recruiter: FakeRecruiter) -> None:
    study = live_study(SMALL)
    left, other = study.postings.get(), add_posting(study)
    begin(study, left, entry_of(1), now=NOW, client={})
    answer_all(begin(study, other, entry_of(1, assignment="3X"), now=NOW, client={}))
    with pytest.raises(RefusedError) as refusal:
        begin(study, left, entry_of(1), now=NOW, client={})
    assert refusal.value.code == "expired"


def test_what_was_not_met_meanwhile_can_still_be_taken_up(
    recruiter: FakeRecruiter,
) -> None:
    study = live_study(SMALL)
    left, other = study.postings.get(), add_posting(study)
    begin(study, left, entry_of(1), now=NOW, client={})
    elsewhere = begin(study, other, entry_of(1, assignment="3X"), now=NOW, client={})
    assert next_trial(elsewhere, NOW) is not None
    met = elsewhere.trials.get(shown_at__isnull=False).clip_id
    back = begin(study, left, entry_of(1), now=NOW, client={})
    held = back.trials.exclude(state="released").values_list("clip_id", flat=True)
    assert len(held) == 3
    assert met not in held


def test_a_late_submission_does_not_break_over_a_clip_met_elsewhere(
    recruiter: FakeRecruiter,
) -> None:
    study = live_study(SMALL)
    left, other = study.postings.get(), add_posting(study)
    for posting in (left, other):
        recruiter.sessions[posting.external_id] = {}
    first = begin(study, left, entry_of(1), now=NOW, client={})
    work(recruiter, other, 1, truthful)
    recruiter.submit(left.external_id, entry_of(1), "", NOW)
    (late,) = recruiter.submissions(left.external_id)
    taken = take_in(study, left, late)
    assert taken == first
    assert taken.state == Assignment.State.SUBMITTED


def test_votes_whose_places_others_took_do_not_count(recruiter: FakeRecruiter) -> None:
    study = live_study(SMALL)
    Study.objects.update(votes_per_item=1)
    study.items.scored().update(places=1)
    left, other = study.postings.get(), add_posting(study)
    for posting in (left, other):
        recruiter.sessions[posting.external_id] = {}
    first = begin(study, left, entry_of(1), now=NOW, client={})
    answer_all(first)
    handed = finish(first, NOW)
    release(first, Assignment.State.EXPIRED, "finished but never submitted")
    taken = first.trials.order_by("pk")[0].item
    study.items.scored().exclude(pk=taken.pk).update(taken=0)
    study.items.filter(pk=taken.pk).update(taken=1)
    recruiter.submit(left.external_id, entry_of(1), handed.fields["answers"], NOW)
    (late,) = recruiter.submissions(left.external_id)
    assert judge_session(take_in(study, left, late))
    assert Vote.objects.counted().count() == 3
    assert not Vote.objects.counted().filter(trial__item=taken).exists()
