"""The client draws the uuid of an answer, so it may draw the same one again."""

import uuid

import pytest

from studies.models import Trial, Vote
from tests.rating.booth import open_booth
from tests.rating.caller import Caller


@pytest.mark.django_db
def test_a_uuid_sent_with_another_clip_is_refused_and_stores_nothing() -> None:
    booth = open_booth()
    mine, other = Caller(booth, "AMINE", "ASG1"), Caller(booth, "AOTHER", "ASG2")
    mine.get_ready()
    other.get_ready()
    once = str(uuid.uuid4())
    mine.answer(mine.get("trial")["trial"], uuid=once)
    for rater in (mine, other):
        trial = rater.get("trial")["trial"]
        reply = rater.answer(trial, uuid=once)
        assert (rater.status, reply["error"]["code"]) == (400, "bad_answer")
        assert Trial.objects.get(key=trial["key"]).state == Trial.State.LEASED
        # drawn anew, the same answer is taken
        rater.answer(trial)
        assert rater.status == 200
    assert Vote.objects.count() == 3
