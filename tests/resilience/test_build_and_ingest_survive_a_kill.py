"""Ingest and build killed with -9: done again they leave what one run would have."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.resilience.killing import job, killed_and_again, spread
from tests.servers.site import Site
from tests.worlds import tiny_mp4

SLUG = "rendered"
POINTS = 6


@pytest.fixture
def manifest(tmp_path: Path) -> str:
    """Two clips with the sounds of one system."""
    lines = ["clip,category,system,path"]
    for clip in range(2):
        for number, system in enumerate(("real", "flow")):
            name = f"{clip}-{system}.mp4"
            tone = 300 + 200 * clip + 50 * number
            (tmp_path / name).write_bytes(tiny_mp4(1.2, tone))
            lines.append(f"clip-{clip},Category {clip},{system},{name}")
    path = tmp_path / "manifest.csv"
    path.write_text("\n".join(lines) + "\n")
    return str(path)


@pytest.fixture
def clear(site: Site) -> Callable[[], None]:
    """Put the site's files back as they were when this was first called."""
    kept = site.folder.with_name("kept-media")

    def put_back() -> None:
        shutil.rmtree(site.media, ignore_errors=True)
        if kept.exists():
            shutil.copytree(kept, site.media)

    def keep_or_put_back() -> None:
        if not kept.exists():
            site.media.mkdir(exist_ok=True)
            shutil.copytree(site.media, kept)
        put_back()

    return keep_or_put_back


def _world(site: Site) -> dict[str, Any]:
    files = site.job("files")
    return {
        "rows": site.job("rows", slug=SLUG),
        "state": site.job("study_state", slug=SLUG),
        # what a kill left half written has a name of its own, which nothing serves
        "files": {name: sha for name, sha in files.items() if ".part" not in name},
    }


def _check(site: Site, clear: Callable[[], None], do: str, **args: Any) -> int:
    """Kill `do` at many steps; return how many there were."""
    clear()
    start = site.snapshot()
    [calm] = site.jobs(job(do, **args))
    wanted = _world(site)
    points = spread(calm.steps, POINTS)
    clear()
    for point in killed_and_again(site, start, points, do, **args):
        assert _world(site) == wanted, f"killed at step {point} of {calm.steps}"
        clear()
    return len(points)


def test_a_killed_ingest_leaves_nothing_twice(
    site: Site, clear: Callable[[], None], manifest: str
) -> None:
    killed = _check(site, clear, "ingest", manifest=manifest, slug=SLUG)
    assert killed >= POINTS - 1


def test_a_killed_build_goes_on_to_bit_identical_files(
    site: Site, clear: Callable[[], None], manifest: str
) -> None:
    assert site.job("ingest", manifest=manifest, slug=SLUG) == [4, 0]
    site.job("set_up", slug=SLUG, catch_items=0)
    killed = _check(site, clear, "build", slug=SLUG, workers=2)
    assert killed >= POINTS - 1
