"""Media in S3: stored there, given out by presigned URLs that tell nothing."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import httpx
import pytest
from moto.server import ThreadedMotoServer

from tests.servers.raters import Ledger, Rater
from tests.servers.site import Site
from tests.worlds import tiny_mp4

BUCKET = "clips"
KEYS = {"AWS_ACCESS_KEY_ID": "AKIDTEST", "AWS_SECRET_ACCESS_KEY": "secret"}
SLUG = "bucketed"


@pytest.fixture(scope="module")
def bucket() -> Iterator[Any]:
    """A bucket of a server of these tests, as boto3 sees it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
    )
    client.create_bucket(Bucket=BUCKET)
    yield client
    client.close()
    server.stop()


@dataclass(frozen=True)
class Built:
    """A site whose study is built into the bucket, and its database as it was then."""

    site: Site
    database: Path


@pytest.fixture(scope="module")
def built(
    migrated: Path, bucket: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Built]:
    """A site that has taken in and built two clips into the bucket."""
    folder = tmp_path_factory.mktemp("bucketed")
    lines = ["clip,category,system,path"]
    for clip in range(2):
        for number, system in enumerate(("real", "flow")):
            name = f"{clip}-{system}.mp4"
            (folder / name).write_bytes(tiny_mp4(1.2, 300 + 200 * clip + 50 * number))
            lines.append(f"clip-{clip},Category {clip},{system},{name}")
    manifest = folder / "manifest.csv"
    manifest.write_text("\n".join(lines) + "\n")
    shutil.copytree(migrated, folder / "site")
    place = {"S3_BUCKET": BUCKET, "S3_ENDPOINT_URL": bucket.meta.endpoint_url}
    site = Site(folder / "site", place | KEYS)
    assert site.job("ingest", manifest=str(manifest), slug=SLUG) == [4, 0]
    made, kept = site.job("build", slug=SLUG)
    assert (made > 4, kept) == (True, 0)
    yield Built(site, site.snapshot())
    site.close()


@pytest.fixture
def stored(built: Built) -> Site:
    """That site, its study as it was built."""
    built.site.restore(built.database)
    return built.site


def _names(bucket: Any, prefix: str) -> list[str]:
    found = bucket.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    return [each["Key"] for each in found]


def test_sources_and_stimuli_are_stored_in_the_bucket_alone(
    stored: Site, bucket: Any
) -> None:
    assert len(_names(bucket, "sources/")) == 4
    rated = _names(bucket, "rated/")
    rows = stored.job("rows", slug=SLUG)
    assert sorted(rated) == sorted(row[4] for row in rows)
    assert all(re.fullmatch(r"rated/[0-9a-f]{32}\.mp4", name) for name in rated)
    assert not stored.media.exists() or not list(stored.media.rglob("*.mp4"))
    assert stored.job("build", slug=SLUG) == [0, len(rows)], "built once is enough"


def test_a_rater_gets_presigned_clips_in_parts(stored: Site) -> None:
    stored.job("open_up", slug=SLUG)
    [posting] = stored.job("entries", slug=SLUG)
    with stored.served():
        rater = Rater(stored, SLUG, posting, 1, Ledger())
        page = rater.client.get(f"/rate/{SLUG}/", params=rater.query)
        rater._come_in()
        [url] = rater._get("trial")["trial"]["media"]
        rater.client.close()
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    assert f"connect-src 'self' {origin}" in page.headers["Content-Security-Policy"]
    part = httpx.get(url, headers={"Range": "bytes=4-7"}, trust_env=False)
    assert (part.status_code, part.content) == (206, b"ftyp")


def test_urls_and_headers_of_all_arms_look_the_same(stored: Site) -> None:
    urls = stored.job("media_urls", slug=SLUG)
    assert len(urls) >= 4
    shapes, heads = set(), set()
    for url in urls:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
        query.pop("X-Amz-Signature")
        query.pop("X-Amz-Date")
        name = parts.path.rpartition("/")[2]
        assert re.fullmatch(r"[0-9a-f]{32}\.mp4", name)
        shapes.add(
            (parts.netloc, parts.path.rpartition("/")[0], *sorted(query.items()))
        )
        reply = httpx.get(url, trust_env=False)
        assert reply.headers["Content-Type"] == "video/mp4"
        own = {"etag", "last-modified", "date", "content-length"}
        kept = {k: v for k, v in reply.headers.items() if not k.startswith("x-amz")}
        heads.add(tuple(sorted((k, v) for k, v in kept.items() if k not in own)))
    assert len(shapes) == 1
    assert len(heads) == 1
