"""A server process is disturbed, and its clock moved, from outside."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from marketplace import clock
from tests.marketplace import shop
from tests.servers.site import Site

OWN_KEY = "LOCALSTUDIES00000000"


@pytest.fixture
def disturbed(
    postgres_database: Callable[[str], str], migrated: Path, tmp_path: Path
) -> Iterator[Site]:
    folder = tmp_path / "site"
    shutil.copytree(migrated, folder)
    made = Site(
        folder,
        {
            "DATABASE_URL": postgres_database("disturbed"),
            "MARKETPLACE_ALLOW_UNSIGNED": "true",
            "MARKETPLACE_FAULTS": "fail_after=1,on=CreateHIT,times=1,lag=60",
            "MARKETPLACE_CLOCK_FILE": str(folder / "ahead"),
        },
    )
    with made.served():
        yield made
    made.close()


def test_a_server_fails_and_lags_as_its_environment_says(disturbed: Site) -> None:
    client = shop.mturk(
        f"http://127.0.0.1:{disturbed.port}/marketplace/api/", key=OWN_KEY
    )
    once = {**shop.HIT_REQUEST, "UniqueRequestToken": "once"}
    with pytest.raises(ClientError) as caught:
        client.create_hit(**once)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
    code, message = shop.failure(client.create_hit, **once)
    assert code == "HitAlreadyExists"
    assert client.list_hits()["NumResults"] == 0
    clock.set_ahead(disturbed.folder / "ahead", timedelta(minutes=2))
    [hit] = client.list_hits()["HITs"]
    assert hit["HITId"] in message
    assert hit["HITStatus"] == "Assignable"
    clock.set_ahead(disturbed.folder / "ahead", timedelta(days=2))
    [hit] = client.list_hits()["HITs"]
    assert hit["HITStatus"] == "Reviewable"
