"""However often a worker presses a button at once, it is one request or one test."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from marketplace import clock, services
from marketplace.errors import WorkerRefusalError
from marketplace.models import (
    Qualification,
    QualificationRequest,
    QualificationType,
    Sitting,
)
from tests.marketplace import exams, shop

AT_ONCE = 8
KEY = exams.key(exams.keyed("bell", {"a": 40}))


def made(test: str = "") -> QualificationType:
    exam = {"test": test, "test_seconds": 600, "answer_key": KEY} if test else {}
    return services.create_qualification_type(
        shop.requester(),
        {"name": "hears", "description": "-", "status": "Active", **exam},
        clock.now(),
    )


def at_once(act: Callable[[], object]) -> list[str]:
    """What became of each of the attempts: done, or why not."""
    together = Barrier(AT_ONCE)

    def press(_: int) -> str:
        together.wait()
        try:
            act()
        except WorkerRefusalError as refused:
            return refused.reason
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(press, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
def test_one_request_waits() -> None:
    kind, alice = made(), shop.worker()
    got = at_once(lambda: services.request_qualification(alice, kind, clock.now()))
    assert sorted(got) == ["done"] + ["unqualified"] * (AT_ONCE - 1)
    assert QualificationRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_test_is_begun_and_handed_in() -> None:
    kind, alice = made(exams.exam("bell")), shop.worker()
    got = at_once(lambda: services.request_qualification(alice, kind, clock.now()))
    assert got == ["done"] * AT_ONCE
    assert Sitting.objects.count() == 1
    got = at_once(
        lambda: services.hand_in(alice, kind, {"answer-0": ["0"]}, clock.now())
    )
    assert sorted(got) == ["done"] + ["none"] * (AT_ONCE - 1)
    assert QualificationRequest.objects.count() == 1
    assert Qualification.objects.get().value == 40
