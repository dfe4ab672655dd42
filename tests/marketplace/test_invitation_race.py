"""However many come at once by one invitation, no more get in than it is for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from marketplace import clock, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import Invitation, Worker
from tests.marketplace import shop

AT_ONCE = 8


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_by_an_invitation_for_three() -> None:
    made = services.invite(uses=3, expires_at=clock.now() + timedelta(days=1))
    code = made.link.partition("=")[2]
    together = Barrier(AT_ONCE)

    def come(number: int) -> str:
        together.wait()
        application = services.Application(
            name=f"worker {number}", password=shop.PASSWORD, invitation=code
        )
        try:
            return services.join(application, clock.now()).worker_id
        except WorkerRefusalError as refused:
            return refused.reason
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        got = list(pool.map(come, range(AT_ONCE)))
    assert got.count("not-invited") == AT_ONCE - 3
    assert Worker.objects.count() == 3
    assert Invitation.objects.get().left == 0
