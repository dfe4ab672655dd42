"""PostgreSQL takes no NUL as text, so an address with one is refused at the door."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    "path",
    [
        "/rate/any/?p=%00",
        "/rate/any/?p=x&hitId=a%00b",
        "/api/studies/%00/",
        "/admin/studies/payment/?kind=%00",
        "/admin/studies/study/1/clips/?upload=%00",
        "/marketplace/?page=%00",
        "/marketplace/mturk/preview?groupId=%00",
    ],
)
def test_an_address_with_a_nul_is_a_bad_request(path: str) -> None:
    # no database is allowed here: the refusal comes before any look-up
    assert Client().get(path).status_code == 400
