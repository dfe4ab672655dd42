"""What the benches share: throw-away sites on each database."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import django  # noqa: E402 - the path comes first

os.environ["DJANGO_SETTINGS_MODULE"] = "evalsite.settings"
django.setup()

from tests.servers.engines import make_database, postgres  # noqa: E402
from tests.servers.site import Site  # noqa: E402


def sites() -> Iterator[tuple[str, Site]]:
    """Give a migrated site on SQLite, and one on PostgreSQL where that is installed."""
    for engine in ("SQLite", "PostgreSQL"):
        if engine == "PostgreSQL" and not list(
            Path("/usr/lib/postgresql").glob("*/bin/initdb")
        ):
            print("PostgreSQL is not installed, so it is not measured")
            continue
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            more = {}
            if engine == "PostgreSQL":
                url = stack.enter_context(postgres())
                more["DATABASE_URL"] = make_database(url, "bench")
            site = Site(folder, more)
            site.manage("migrate", "--verbosity", "0")
            yield engine, site
            site.close()
