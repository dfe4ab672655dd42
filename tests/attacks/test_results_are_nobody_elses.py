"""Results, votes and codes by their addresses: who guesses one is told nothing."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from studies.models import Assignment, Study
from studies.recruiters.base import ANSWERS_FIELD
from studies.services.copies import answers_copy
from studies.services.inviting import completion_code, invite
from studies.services.publish import launch
from studies.services.sessions import begin, read_entry
from studies.services.votes import finish
from tests.admin.judged import judged_study
from tests.attacks.test_a_session_opens_nothing_but_itself import ready
from tests.rating.booth import open_booth
from tests.studies.conftest import answer_all
from tests.worlds import NOW, built_study

pytestmark = pytest.mark.django_db
FORMATS = ("text", "md", "csv", "latex", "json")


def addresses(study: Study) -> list[str]:
    session, item = study.assignments.first(), study.items.first()
    assert session is not None
    assert item is not None
    own = f"/admin/studies/study/{study.pk}"
    api = f"/api/studies/{study.slug}"
    return [
        *(f"{own}/{page}/" for page in ("report", "watch", "launch", "preview")),
        *(f"{own}/report/{name}/" for name in FORMATS),
        *(f"{own}/report/{name}/?by=recruiter" for name in FORMATS),
        f"/admin/studies/assignment/{session.pk}/change/",
        "/admin/studies/assignment/?irregular__exact=forged",
        "/admin/studies/vote/",
        "/admin/studies/payment/",
        "/admin/studies/posting/",
        *(f"{api}/{part}" for part in ("", "progress/", "votes/", "report/")),
        f"{api}/votes/?format=csv",
        f"{api}/report/?by=recruiter",
    ]


def told(client: Client, study: Study, **headers: str) -> list[str]:
    """The addresses that answer with anything but a refusal or the way to sign in."""
    found = []
    for address in addresses(study):
        reply = client.get(address, headers=headers)
        away = reply.status_code == 302 and "/login/" in reply["Location"]
        if reply.status_code not in (401, 403, 404) and not away:
            found.append(f"{address}: {reply.status_code}")
    return found


def test_strangers_are_told_nothing() -> None:
    study = judged_study()
    assert told(Client(), study) == []
    assert len(addresses(study)) > 20


def test_a_rater_is_told_nothing_with_the_token_of_her_session() -> None:
    booth = open_booth()
    rater = ready(booth, "AMINE", "ASG1")
    token = {"X-Session-Token": rater.token, "Authorization": f"Token {rater.token}"}
    assert told(rater.client, booth.study, **token) == []
    assert told(rater.client, judged_study(), **token) == []


def test_an_account_of_no_staff_is_told_nothing() -> None:
    study = judged_study()
    eve = User.objects.create_user("eve")
    eve.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client = Client()
    client.force_login(eve)
    assert told(client, study) == []


def test_who_may_see_everything_is_told() -> None:
    """The addresses above are the real ones: else this whole file shows nothing."""
    study = judged_study()
    client = Client()
    client.force_login(User.objects.create_superuser("ada"))
    api = [each for each in addresses(study) if each.startswith("/api/")]
    assert {row.partition(": ")[0] for row in told(client, study)} == set(
        addresses(study)
    ) - {each for each in api if client.get(each).status_code == 401}


@pytest.mark.parametrize("act", ["recruit", "stop", "close", "cap", "advance"])
def test_who_may_only_look_recruits_nobody(act: str) -> None:
    study = judged_study()
    bob = User.objects.create_user("bob", is_staff=True)
    bob.user_permissions.add(Permission.objects.get(codename="view_study"))
    client = Client()
    client.force_login(bob)
    sent = {act: "mturk", "recruiter": "mturk", "sessions": "1", "confirm": "on"}
    before = list(study.channels.values())
    reply = client.post(f"/admin/studies/study/{study.pk}/watch/", sent)
    assert reply.status_code == 403
    assert list(study.channels.values()) == before


def guest(study: Study) -> Assignment:
    """Somebody who came by a personal link and has done everything."""
    url = invite(study, 1)[0].url
    query = dict(parse_qsl(urlsplit(url).query))
    posting, entry = read_entry(study, query["p"], query)
    session = begin(study, posting, entry, now=NOW, client={})
    answer_all(session)
    finish(session, NOW)
    return session


def test_a_code_is_shown_to_whom_it_belongs_alone() -> None:
    study = launch(built_study(), "link")
    mine, other = guest(study), guest(study)
    code = completion_code(other)
    page = Client().post("/rate/link/done/", {ANSWERS_FIELD: answers_copy(mine)})
    assert completion_code(mine) in page.content.decode()
    assert code not in page.content.decode()
    forged = answers_copy(mine).replace(mine.key.hex, other.key.hex)
    for copy in (forged, other.key.hex, "", answers_copy(other)[:-1]):
        reply = Client().post("/rate/link/done/", {ANSWERS_FIELD: copy})
        assert reply.status_code == 403
        assert code not in reply.content.decode()
