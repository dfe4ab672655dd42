"""Clips from disk: whole or in parts, and nothing said besides their bytes."""

from pathlib import Path

import pytest
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client

from studies.models import Stimulus
from tests.rating.booth import SECONDS, Booth
from tests.worlds import tiny_mp4

FILE = tiny_mp4(SECONDS)


def get(booth: Booth, asked: str = "") -> HttpResponseBase:
    name = Path(Stimulus.objects.order_by("pk")[0].file).name
    return Client().get(
        f"/rate/media/{name}", headers={"Range": asked} if asked else {}
    )


def content(reply: HttpResponseBase) -> bytes:
    assert isinstance(reply, StreamingHttpResponse)
    return reply.getvalue()


def test_a_clip_comes_whole_as_video(booth: Booth) -> None:
    reply = get(booth)
    assert reply.status_code == 200
    assert reply["Content-Type"] == "video/mp4"
    assert content(reply) == FILE
    assert reply["Content-Length"] == str(len(FILE))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-1", 0, 1), ("bytes=10-", 10, None), ("bytes=-5", -5, None)],
)
def test_a_part_is_served_as_asked(
    booth: Booth, asked: str, first: int, last: int | None
) -> None:
    whole = FILE
    reply = get(booth, asked)
    assert reply.status_code == 206
    assert content(reply) == whole[first : None if last is None else last + 1]
    start = first % len(whole)
    end = len(whole) - 1 if last is None else last
    assert reply["Content-Range"] == f"bytes {start}-{end}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=9999999-", "bytes=-0"])
def test_a_part_beyond_the_end_is_refused(booth: Booth, asked: str) -> None:
    reply = get(booth, asked)
    assert reply.status_code == 416
    assert reply["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,3-4", "lines=1-2", "bytes=-", "bytes=5-2"]
)
def test_what_is_not_understood_gives_the_whole(booth: Booth, asked: str) -> None:
    assert get(booth, asked).status_code == 200


def test_no_header_differs_between_real_and_generated(booth: Booth) -> None:
    told = set()
    for stimulus in Stimulus.objects.all():
        reply = Client().get(f"/rate/media/{Path(stimulus.file).name}")
        headers = {name: value for name, value in reply.items() if name != "ETag"}
        told.add(tuple(sorted(headers.items())))
        assert "Last-Modified" not in headers
        assert not reply.cookies
        reply.close()
    assert len(told) == 1


@pytest.mark.parametrize("name", ["absent.mp4", "..%2Fdb.sqlite3", "a/../b.mp4"])
def test_only_clips_are_served(booth: Booth, name: str) -> None:
    assert Client().get(f"/rate/media/{name}").status_code == 404
