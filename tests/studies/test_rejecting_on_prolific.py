"""Who comes back with the code and no answers waits for a person, who may reject."""

from collections.abc import Iterator

import pytest
import time_machine

from studies.errors import RecruiterError
from studies.models import Assignment, Study
from studies.services.collect import advance
from studies.services.review import reject
from tests.recruiters.prolific_server import Prolific
from tests.recruiters.prolific_study import come, launched, on_prolific
from tests.worlds import NOW

pytestmark = pytest.mark.django_db
LONG = "You came back with the code before you had seen a single clip of the study. "


@pytest.fixture
def prolific(monkeypatch: pytest.MonkeyPatch) -> Iterator[Prolific]:
    with (
        time_machine.travel(NOW, tick=False),
        on_prolific(monkeypatch) as there,
    ):
        yield there


def without_answers(prolific: Prolific, study: Study) -> Assignment:
    session = come(prolific, study, 1)
    (there,) = prolific.world.studies.values()
    prolific.complete(session.external_id, there["completion_codes"][0]["code"])
    advance(study)
    session.refresh_from_db()
    return session


def test_it_is_neither_paid_nor_rejected_by_itself(prolific: Prolific) -> None:
    study = launched()
    session = without_answers(prolific, study)
    advance(study)
    assert (session.state, session.used) == (Assignment.State.SUBMITTED, False)
    row = prolific.world.submission(session.external_id)
    assert row["status"] == "AWAITING REVIEW"


def test_too_short_a_reason_is_refused_and_changes_nothing(prolific: Prolific) -> None:
    session = without_answers(prolific, launched())
    with pytest.raises(RecruiterError, match="100 characters or more"):
        reject(session, reason="No answers.", by="ada")
    session.refresh_from_db()
    assert session.state == Assignment.State.SUBMITTED
    reject(session, reason=LONG * 2, by="ada")
    assert session.state == Assignment.State.REJECTED
    row = prolific.world.submission(session.external_id)
    assert row["status"] == "REJECTED"


@pytest.mark.parametrize("fault", ["before", "after", "cut"])
def test_a_rejection_in_doubt_is_made_in_the_end(
    prolific: Prolific, fault: str
) -> None:
    study = launched()
    session = without_answers(prolific, study)
    prolific.fail("^POST /submissions/[^/]+/transition/", fault, times=4)
    with pytest.raises(RecruiterError):
        reject(session, reason=LONG * 2, by="ada")
    advance(study)
    session.refresh_from_db()
    assert session.state == Assignment.State.REJECTED
    row = prolific.world.submission(session.external_id)
    assert row["status"] == "REJECTED"
    assert not prolific.world.paid
