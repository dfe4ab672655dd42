"""Sites for tests: migrated once, on SQLite or on a PostgreSQL of their own."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.servers.engines import make_database, postgres
from tests.servers.site import Site


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a secret and an empty, migrated SQLite database."""
    site = Site(tmp_path_factory.mktemp("migrated"))
    site.manage("migrate", "--verbosity", "0")
    return site.folder


@pytest.fixture
def site(migrated: Path, tmp_path: Path) -> Iterator[Site]:
    """A site on SQLite that nobody serves."""
    folder = tmp_path / "site"
    shutil.copytree(migrated, folder)
    made = Site(folder)
    yield made
    made.close()


@pytest.fixture(scope="session")
def sqlite_site(
    migrated: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A site on SQLite, served by two processes of gunicorn."""
    folder = tmp_path_factory.mktemp("sqlite") / "site"
    shutil.copytree(migrated, folder)
    made = Site(folder)
    with made.served(workers=2):
        yield made
    made.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this test run."""
    with postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_database(postgres_url: str, migrated: Path) -> Callable[[str], str]:
    """Make a migrated database of a name in that PostgreSQL; give its URL.

    It knows the secret of `migrated` alone: copy that for the site's folder.
    """
    template = "migrated"
    database = make_database(postgres_url, template)
    Site(migrated, {"DATABASE_URL": database}).manage("migrate", "--verbosity", "0")
    return partial(make_database, postgres_url, template=template)


@pytest.fixture(scope="session")
def postgres_site(
    postgres_database: Callable[[str], str],
    migrated: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A site on PostgreSQL, served by two processes of gunicorn."""
    folder = tmp_path_factory.mktemp("postgres") / "site"
    shutil.copytree(migrated, folder)
    made = Site(folder, {"DATABASE_URL": postgres_database("site")})
    with made.served(workers=2):
        yield made
    made.close()


def site_on(engine: str, request: pytest.FixtureRequest) -> Site:
    """Return the site on `engine`, sqlite or postgres, for a parametrised test."""
    site: Site = request.getfixturevalue(f"{engine}_site")
    return site
