"""Growing a posting, with every recruiter: never smaller, never twice."""

import pytest

from tests.recruiters.desks import Desk, FakeDesk, LinkDesk, ProlificDesk, spec

pytestmark = pytest.mark.django_db(transaction=True)


def test_extending_twice_is_extending_once(desk: Desk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    before = desk.recruiter.balance()
    for places in (5, 5, 4):
        desk.recruiter.extend(posting, places)
    after = desk.recruiter.balance()
    if isinstance(desk, FakeDesk):
        assert desk.fake.postings[posting].places == 5
    elif before is not None and after is not None:
        status = desk.recruiter.status(posting)
        assert (status.open_places, status.ended) == (5, False)


def test_what_was_expired_takes_raters_again(desk: Desk) -> None:
    if isinstance(desk, LinkDesk):
        pytest.skip("a link is closed by its posting's own row")
    posting = desk.recruiter.open(spec()).external_id
    # Prolific starts a stopped study again only for more places
    grown = (4, 5) if isinstance(desk, ProlificDesk) else (3, 4)
    for places in grown:
        desk.recruiter.expire(posting)
        assert desk.recruiter.status(posting).ended
        desk.recruiter.extend(posting, places)
        assert not desk.recruiter.status(posting).ended
    desk.finish(posting, 1, "copy")
    desk.recruiter.expire(posting)
    assert desk.recruiter.status(posting).ended
