"""The main job on PostgreSQL and Redis: built and collected by a real worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.engines import redis_server, wait_until
from tests.servers.site import Site
from tests.worlds import tiny_mp4


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Three clips of three categories, with the sounds of one system."""
    folder = tmp_path_factory.mktemp("clips")
    lines = ["clip,category,system,path"]
    for clip in range(3):
        for number, system in enumerate(("real", "flow")):
            name = f"{clip}-{system}.mp4"
            (folder / name).write_bytes(tiny_mp4(1.2, 300 + 200 * clip + 50 * number))
            lines.append(f"clip-{clip},Category {clip},{system},{name}")
    (folder / "manifest.csv").write_text("\n".join(lines) + "\n")
    return str(folder / "manifest.csv")


@pytest.fixture
def redis_url() -> Iterator[str]:
    with redis_server() as url:
        yield url


def _becomes(site: Site, slug: str, wanted: str) -> None:
    log, ready = site.folder / "celery.log", [wanted, ""]
    wait_until(
        lambda: site.job("study_state", slug=slug) == ready, wanted, log, pause=0.5
    )


def _by_the_worker(site: Site, slug: str, task: str, wanted: str) -> None:
    site.job("send", task=task, slug=slug)
    _becomes(site, slug, wanted)


def test_a_study_runs_to_its_report_on_postgres_and_redis(
    postgres_site: Site, redis_url: str, manifest: str
) -> None:
    site, slug = postgres_site, "whole"
    site.use(CELERY_BROKER_URL=redis_url)
    site.manage("ingest", manifest, "--study", slug, "--title", "Whole line")
    site.job("set_up", slug=slug, votes_per_item=1, items_per_session=2)
    with site.worker():
        _by_the_worker(site, slug, "build_study", "ready")
        _by_the_worker(site, slug, "launch_study", "live")
        said = site.manage(
            *("rehearse", "--study", slug, "--raters", "5", "--seed", "1"),
            *("--workers", "2"),
        )
        assert "votes that count: 6 of 6" in said
        _by_the_worker(site, slug, "advance_all", "closed")
    report = site.manage("report", "--study", slug)
    for word in ("Category 0", "Category 2", "flow", "real", "Average"):
        assert word in report


def test_a_worker_takes_tasks_from_the_broker_of_files(
    site: Site, manifest: str, tmp_path: Path
) -> None:
    site.job("ingest", manifest=manifest, slug="files")
    site.job("seed_study", slug="stopped", categories=2, clips_per_category=1)
    # a launch that died before anything was published
    site.job("commit_only", slug="stopped")
    # what is sent while no worker runs waits on disk
    site.job("send", task="build_study", slug="files")
    with site.served(), site.worker():
        _becomes(site, "files", "ready")
        _by_the_worker(site, "stopped", "advance_all", "live")
    assert site.job("world_of", slug="stopped")["linked"]
