"""Extending a HIT: 3 to 9 passes, 3 to 10 does not, and time goes on."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.clock import CLOCK
from marketplace.models import HIT
from studies.errors import RecruiterError
from tests.marketplace import books
from tests.recruiters.desks import MTurkDesk, spec

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(live_server: Any) -> MTurkDesk:
    return MTurkDesk(live_server.url)


def test_three_places_grow_to_nine_and_not_to_ten(desk: MTurkDesk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    with pytest.raises(RecruiterError, match="from 10 on the fee doubles") as refused:
        desk.recruiter.extend(posting, 10)
    assert refused.value.permanent
    desk.recruiter.extend(posting, 9)
    assert HIT.objects.get().max_assignments == 9
    books.check_books()


def test_a_large_posting_grows_freely(desk: MTurkDesk) -> None:
    posting = desk.recruiter.open(spec(places=12)).external_id
    desk.recruiter.extend(posting, 40)
    assert HIT.objects.get().max_assignments == 40


def test_time_that_is_over_by_the_servers_clock_alone_goes_on(desk: MTurkDesk) -> None:
    posting = desk.recruiter.open(spec()).external_id
    with CLOCK.ahead() as advance:
        advance(timedelta(hours=25))
        assert desk.recruiter.status(posting).ended
        desk.recruiter.extend(posting, 3)
        status = desk.recruiter.status(posting)
        assert not status.ended
        assert status.expires_at is not None
        assert status.expires_at > CLOCK.now() + timedelta(hours=71 - 25)
