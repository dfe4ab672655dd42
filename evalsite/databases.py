"""The database that a variable of the environment names."""

from pathlib import Path
from typing import Any

import dj_database_url

from evalsite.env import env_url


def database(variable: str, default: Path) -> dict[str, Any]:
    """Return the settings of the database at the variable's URL.

    Unset, it is SQLite in the file `default`.
    """
    url = env_url(
        variable,
        f"sqlite:///{default}",
        schemes=("sqlite", "postgres", "postgresql"),
    )
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=0))
    if config["ENGINE"] != "django.db.backends.sqlite3":
        # a server's connection costs a process there: each thread keeps its own
        return config | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    config["OPTIONS"] = {
        # a write transaction takes its lock at once instead of failing later
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
    # on disk, since threads and other processes of the tests share it
    tests = default.parent / "test"
    tests.mkdir(parents=True, exist_ok=True)
    config["TEST"] = {"NAME": tests / default.name}
    return config
