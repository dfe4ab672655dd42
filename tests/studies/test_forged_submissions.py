"""Forged: the signed copy is missing, altered or somebody else's."""

import json
import uuid

import pytest
from django.core import signing
from django.test import Client

from studies.models import Assignment, Vote
from studies.recruiters.base import ANSWERS_FIELD
from studies.services.copies import COPY_SALT, answers_copy
from tests.studies.stall import Stall, Visitor, entry_query

FORGED = Assignment.Irregular.FORGED


def fault(stall: Stall, who: Visitor) -> str:
    stall.advance()
    session = stall.session(who)
    assert session.irregular == FORGED
    # once, however often the recruiter is asked
    stall.advance()
    logged = stall.logged("forged")
    assert len(logged) == 1
    return logged[0]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda _copy: "", "is missing"),
        (lambda copy: copy[:-1], "its signature does not hold"),
        (lambda copy: copy.replace('"real"]', '"fake"]', 1), "signature does not hold"),
        (lambda copy: copy.rpartition(":")[0], "its signature does not hold"),
        (
            lambda copy: signing.Signer(salt="elsewhere").sign(copy.rpartition(":")[0]),
            "its signature does not hold",
        ),
        (lambda _copy: "<x>]]>&\u2028" * 50, "its signature does not hold"),
    ],
    ids=["missing", "cut", "altered", "unsigned", "wrong key", "garbage"],
)
def test_votes_that_were_saved_here_stand_and_are_paid(
    stall: Stall, spoil: object, words: str
) -> None:
    who = stall.come("AANN")
    form = who.work()
    before = sorted(Vote.objects.values_list("trial__key", "choice"))
    assert callable(spoil)
    text = spoil(form[ANSWERS_FIELD])
    stall.hand_in(who, {ANSWERS_FIELD: text} if text else {"comment": "no copy"})
    assert words in fault(stall, who)
    session = stall.session(who)
    assert (session.used, session.state) == (True, Assignment.State.APPROVED)
    assert sorted(Vote.objects.values_list("trial__key", "choice")) == before


def test_somebody_elses_copy_brings_no_votes_and_no_pay(stall: Stall) -> None:
    honest, thief = stall.come("AANN"), stall.come("ATHIEF")
    form = honest.work()
    thief.get_ready()
    stall.hand_in(thief, form)
    stall.hand_in(honest, form)
    assert "the recruiter's copy belongs to another session" in fault(stall, thief)
    stolen = stall.session(thief)
    assert (stolen.used, stolen.state) == (False, Assignment.State.SUBMITTED)
    assert not Vote.objects.filter(trial__assignment=stolen).exists()
    mine = stall.session(honest)
    assert (mine.irregular, mine.used, mine.state) == ("", True, "approved")


@pytest.mark.parametrize("thief_first", [True, False])
def test_nor_does_it_where_the_owners_session_was_lost(
    stall: Stall, thief_first: bool
) -> None:
    honest, thief = stall.come("AANN"), stall.come("ATHIEF")
    form = honest.work()
    stall.study.assignments.all().delete()
    for who in (thief, honest) if thief_first else (honest, thief):
        stall.hand_in(who, form)
        stall.advance()
    assert "belongs to another session" in fault(stall, thief)
    assert stall.session(thief).state == Assignment.State.SUBMITTED
    mine = stall.session(honest)
    assert (mine.used, mine.state) == (True, Assignment.State.APPROVED)


def signed(body: object) -> str:
    return signing.Signer(salt=COPY_SALT).sign(json.dumps(body))


def test_a_copy_that_names_clips_of_another_session_takes_none(stall: Stall) -> None:
    """Such a copy needs our key: a leaked one must not open other sessions."""
    honest, thief = stall.come("AANN"), stall.come("ATHIEF")
    honest.work()
    thief.get_ready()
    theirs = json.loads(answers_copy(stall.session(honest)).rpartition(":")[0])
    mine = stall.session(thief)
    stranger = [uuid.uuid4().hex, "no-such-item", "real", "real"]
    body = theirs | {
        "rater": mine.rater,
        "session": mine.key.hex,
        "votes": [*theirs["votes"], stranger],
    }
    stall.hand_in(thief, {ANSWERS_FIELD: signed(body)})
    assert "a clip that was not allocated to this session" in fault(stall, thief)
    assert not Vote.objects.filter(trial__assignment=mine).exists()
    assert Vote.objects.filter(trial__assignment__rater="mturk:AANN").count() == 4


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/take", "//evil.example", "javascript:alert(1)", "http://["],
)
def test_a_link_that_names_another_place_sends_nothing_there(
    stall: Stall, address: str
) -> None:
    who = stall.come("AANN")
    query = entry_query(who) | {"turkSubmitTo": address}
    body = {"study": stall.study.slug, "query": query, "consent": True}
    who.token = who.post("begin", body)["token"]
    who.post("sound", {"count": who.true_count()})
    who.post("step", {"step": "instructions"})
    who.answer_all()
    form = who.get("finish")
    assert form["action"].endswith("/marketplace/mturk/externalSubmit")
    assert "evil" not in json.dumps(form)
    page = Client(SERVER_NAME="localhost").get(f"/rate/{stall.study.slug}/", query)
    assert b"evil" not in page.content
    assert "evil" not in page["Content-Security-Policy"]
    stall.hand_in(who, form["fields"])
    assert "its link named another place to submit to" in fault(stall, who)
    session = stall.session(who)
    assert (session.used, session.state) == (True, Assignment.State.APPROVED)
