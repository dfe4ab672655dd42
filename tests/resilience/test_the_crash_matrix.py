"""A corner of the crash matrix; the whole of it is printed by script/crashes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.resilience import matrix
from tests.servers.site import Site

FAULT = "fail_after=0.15,seed=3"
"""After such a fault nobody knows whether the deed was done."""
DEEDS = [pytest.param(deed, id=deed.name) for deed in matrix.DEEDS]


@pytest.fixture(scope="module")
def empty(sqlite_site: Site) -> Iterator[Path]:
    before = sqlite_site.snapshot()
    yield before
    sqlite_site.restore(before)


@pytest.fixture(scope="module")
def failing_site(sqlite_site: Site) -> Iterator[Site]:
    """The same database, served by a marketplace that fails on purpose."""
    failing = Site(sqlite_site.folder, {"MARKETPLACE_FAULTS": FAULT})
    with failing.served():
        yield failing
    failing.close()


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_killed_and_done_again_ends_as_if_undisturbed(
    sqlite_site: Site, empty: Path, failing_site: Site, deed: matrix.Deed
) -> None:
    ready = matrix.make_ready(sqlite_site, deed, empty)
    assert ready.steps >= 5
    cell = matrix.kill(sqlite_site, ready, points=2, seed=11)
    assert (cell.tried, cell.wrong) == (2, ())
    assert matrix.disturb(failing_site, ready, FAULT).wrong == ()


def test_the_matrix_shows_what_went_otherwise() -> None:
    cells = {
        ("pay", "killed"): matrix.Cell(20, ("killed at 3: votes is 1, not 2",)),
        ("pay", "slow"): matrix.Cell(1, ()),
    }
    shown = matrix.table(cells, ["pay"], ["killed", "slow"]).splitlines()
    assert shown[1:] == [
        "killed     19/20",
        "slow         1/1",
        "killed at 3: votes is 1, not 2",
    ]
