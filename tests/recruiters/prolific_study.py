"""A study on our own Prolific, and the participants who come to it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.utils import timezone

from studies.models import Assignment, Study
from studies.recruiters.prolific import ProlificRecruiter
from studies.services import recruiting
from studies.services.launch_plan import plan
from studies.services.publish import launch
from studies.services.sessions import begin, read_entry
from studies.services.votes import finish
from tests.recruiters.prolific_server import Prolific, served
from tests.studies.conftest import Choose, answer_all, truthful
from tests.worlds import World, built_study


@contextmanager
def on_prolific(
    monkeypatch: pytest.MonkeyPatch, kind: type[ProlificRecruiter] = ProlificRecruiter
) -> Iterator[Prolific]:
    """Make our own Prolific the only recruiter there is; pauses take no time."""
    with served() as there:
        recruiter = kind(there.account(), secret=b"tests", wait=lambda _: None)
        monkeypatch.setattr(recruiting, "RECRUITERS", {"prolific": lambda: recruiter})
        yield there


def launched(world: World | None = None) -> Study:
    """A study that is live on Prolific, paid for as its plan says."""
    ready = built_study(world)
    return launch(ready, "prolific", confirmed_usd=plan(ready, "prolific").total_usd)


def come(prolific: Prolific, study: Study, number: int) -> Assignment:
    """Participant `number` opens the study's link and begins."""
    posting = study.postings.get()
    query = prolific.join(posting.external_id, f"{number:024x}")
    posting, entry = read_entry(study, query["p"], query)
    return begin(study, posting, entry, now=timezone.now(), client={})


def work(
    prolific: Prolific, study: Study, number: int, choose: Choose = truthful
) -> Assignment:
    """Participant `number` does a whole session and goes back with the code."""
    session = come(prolific, study, number)
    answer_all(session, choose)
    form = finish(session, timezone.now())
    prolific.complete(session.external_id, form.code)
    return session
