"""Links are not signed by the recruiter, so anyone may invent a rater."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest

from studies.errors import RefusedError
from studies.models import Assignment, Study
from studies.recruiters.base import Submission
from studies.services import sessions
from studies.services.reconcile import take_in
from tests.rating.booth import open_booth
from tests.rating.caller import Caller
from tests.worlds import NOW, World, entry_of, live_study

ACTIVE = Assignment.State.ACTIVE


def begin(study: Study, number: int, *, minutes: int = 0, asg: str = "") -> Assignment:
    return sessions.begin(
        study,
        study.postings.get(),
        entry_of(number, assignment=asg),
        now=NOW + timedelta(minutes=minutes),
        client={},
    )


@pytest.mark.django_db
def test_a_rater_who_gets_nothing_takes_nobodys_place() -> None:
    study = live_study(World(settings={"max_votes_per_rater": 2}), places=2)
    honest = [begin(study, 1), begin(study, 2)]
    # two minutes of reading the instructions: silent, but at work
    greedy = Assignment.objects.create(
        study=study,
        rater="mturk:AWORKER0003",
        external_id="OTHER",
        state=Assignment.State.APPROVED,
        started_at=NOW,
        last_seen_at=NOW,
        deadline=NOW,
    )
    for index, item in enumerate(study.items.scored().filter(taken=0)[:2]):
        greedy.trials.create(
            item=item,
            index=index,
            kind="scored",
            study=study,
            rater=greedy.rater,
            clip=item.clip,
        )
    for _ in range(3):
        with pytest.raises(RefusedError, match="nothing left"):
            begin(study, 3, minutes=10)
    for each in honest:
        each.refresh_from_db()
    assert [each.state for each in honest] == [ACTIVE, ACTIVE]


@pytest.mark.django_db
def test_an_arrival_after_the_end_sends_nobody_away() -> None:
    study = live_study(places=1)
    honest = begin(study, 1)
    Study.objects.update(state=Study.State.CLOSING)
    with pytest.raises(RefusedError, match="no more raters"):
        begin(study, 2, minutes=10)
    honest.refresh_from_db()
    assert honest.state == ACTIVE


@pytest.mark.django_db
@pytest.mark.parametrize("consent", [True, False])
def test_the_id_of_a_submitted_session_lets_nobody_else_in(consent: bool) -> None:
    booth = open_booth()
    first, second = Caller(booth, "AFIRST", "ASG1"), Caller(booth, "ASECOND", "ASG2")
    first.begin()
    second.begin()
    Assignment.objects.filter(external_id="ASG1").update(state="submitted")
    for worker in ("ASECOND", "ATHIRD"):
        query = dict(parse_qsl(booth.query(worker, "ASG1")))
        forged = Caller(booth, worker, "ASG1")
        body = {"study": booth.study.slug, "query": query, "consent": consent}
        reply = forged.post("begin", body)
        if worker == "ASECOND" or consent:
            assert (forged.status, reply["error"]["code"]) == (403, "taken")
    assert Assignment.objects.get(rater="mturk:ASECOND").external_id == "ASG2"
    assert not Assignment.objects.filter(rater="mturk:ATHIRD").exists()


@pytest.mark.django_db
def test_a_forged_session_that_is_never_submitted_blocks_its_place_for_minutes() -> (
    None
):
    study = live_study(places=1)
    forged = begin(study, 1)
    forged.trials.update(state="answered", shown_at=NOW)
    Assignment.objects.update(state=Assignment.State.COMPLETED)
    with pytest.raises(RefusedError, match="All places"):
        begin(study, 2, minutes=9)
    assert begin(study, 2, minutes=11).state == ACTIVE
    forged.refresh_from_db()
    assert forged.state == Assignment.State.RETURNED


@pytest.mark.django_db
@pytest.mark.parametrize("known", [True, False])
def test_who_came_with_anothers_id_stands_in_no_submissions_way(known: bool) -> None:
    study = live_study()
    posting = study.postings.get()
    if known:
        begin(study, 1, asg="3OTHER")
    forged = begin(study, 2, asg="3MINE")
    sent = Submission("3MINE", "AWORKER0001", "submitted", NOW, {})
    honest = take_in(study, posting, sent)
    assert (honest.rater, honest.state) == ("mturk:AWORKER0001", "submitted")
    forged.refresh_from_db()
    assert forged.state == Assignment.State.RETURNED
