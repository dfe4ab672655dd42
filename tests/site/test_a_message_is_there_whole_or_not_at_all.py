"""The broker in folders: whoever looks between two writes takes no half a message."""

import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from evalsite.broker import Channel, Transport


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[Any]:
    """A channel of this project's broker; importing the site installed it."""
    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
    }
    with Connection("filesystem://localhost", transport_options=options) as connection:
        assert isinstance(connection.transport, Transport)
        yield connection.channel()


def _drain(channel: Channel, wanted: int, *, got: list[Any]) -> None:
    while len(got) < wanted:
        try:
            got.append(channel._get("celery"))
        except Empty:
            continue


def test_a_worker_that_never_stops_looking_takes_every_message_whole(
    channel: Any,
) -> None:
    sent = [{"body": str(number) * 2000} for number in range(300)]
    got: list[Any] = []
    worker = threading.Thread(
        target=_drain, args=(channel, len(sent)), kwargs={"got": got}
    )
    worker.start()
    for message in sent:
        channel._put("celery", message)
    worker.join(timeout=30)
    assert sorted(m["body"] for m in got) == sorted(m["body"] for m in sent)


def test_a_message_is_not_there_while_it_is_written(
    channel: Any, tmp_path: Path
) -> None:
    (tmp_path / "1_x.celery.msg.part").write_text("")
    assert channel._size("celery") == 0
    with pytest.raises(Empty):
        channel._get("celery")


def test_what_a_lost_power_left_of_a_message_is_passed_over(
    channel: Any, tmp_path: Path
) -> None:
    (tmp_path / "0_x.celery.msg").write_text("")
    channel._put("celery", {"body": "nudge"})
    assert channel._get("celery") == {"body": "nudge"}


def test_a_queue_is_bound_beside_those_that_are(channel: Any, tmp_path: Path) -> None:
    for queue in ("celery", "other"):
        channel._queue_bind("celery", queue, "", queue)
    assert {row.queue for row in channel.get_table("celery")} == {"celery", "other"}
    assert [file.name for file in (tmp_path / "control").iterdir()] == [
        "celery.exchange"
    ]
