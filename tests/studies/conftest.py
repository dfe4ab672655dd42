"""The recruiter of these tests is a fake, and raters are one function call."""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from studies.management.local_site import local_site
from studies.models import Assignment, Posting, Study
from studies.services import recruiting
from studies.services.sessions import begin
from studies.services.votes import Answer, finish, next_trial, record_answer
from tests.commands.ports import free_port, use_port
from tests.fakes import FakeRecruiter
from tests.studies.stall import Stall, open_stall
from tests.worlds import NOW, entry_of


@pytest.fixture
def recruiter(monkeypatch: pytest.MonkeyPatch) -> FakeRecruiter:
    """The only recruiter there is."""
    fake = FakeRecruiter()
    monkeypatch.setattr(recruiting, "RECRUITERS", {"mturk": lambda: fake})
    return fake


Choose = Callable[[str], str]


def truthful(truth: str) -> str:
    """A rater who always knows."""
    return truth


def answer_all(assignment: Assignment, choose: Choose = truthful) -> int:
    """Answer every trial of a session."""
    given = 0
    while (view := next_trial(assignment, NOW)) is not None:
        truth = assignment.trials.get(key=view.key).item.truth
        record_answer(
            assignment,
            Answer(
                view.key, str(uuid.uuid4()), {"real": choose(truth)}, {"ended": True}
            ),
            NOW + timedelta(seconds=5),
        )
        given += 1
    return given


def work(
    fake: FakeRecruiter, posting: Posting, number: int, choose: Choose = truthful
) -> Assignment:
    """Rater `number` does a whole session and submits it."""
    entry = entry_of(number)
    assignment = begin(posting.study, posting, entry, now=NOW, client={})
    answer_all(assignment, choose)
    handed = finish(assignment, NOW)
    fake.submit(posting.external_id, entry, handed.fields["answers"], NOW)
    return assignment


def free_posting(study: Study) -> Posting | None:
    """A posting with a place that nobody holds."""
    for posting in study.postings.filter(state=Posting.State.OPEN):
        held = posting.assignments.exclude(state__in=Assignment.GONE).count()
        if held < posting.places:
            return posting
    return None


@pytest.fixture
def site(transactional_db: None, settings: Settings) -> Iterator[None]:
    """The whole site on a port of its own, its marketplace with it."""
    use_port(settings, free_port())
    with local_site("mturk", tell=lambda _text: None):
        yield


@pytest.fixture
def stall(site: None) -> Stall:
    """A live study at this site's own marketplace."""
    return open_stall()
