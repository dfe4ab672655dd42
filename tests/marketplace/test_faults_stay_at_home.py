"""Faults and a moved clock never reach a marketplace that others may reach."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from marketplace import clock
from tests.servers import forks

Check = Callable[..., subprocess.CompletedProcess[str]]
"""Runs `manage.py check` with settings, in a process of its own."""


@pytest.fixture(scope="module")
def manage() -> Iterator[forks.Forks]:
    command = (sys.executable, "-m", "tests.servers.unset")
    with forks.loaded(*command, env={"PATH": os.environ["PATH"]}) as found:
        yield found


@pytest.fixture
def check(manage: forks.Forks, tmp_path: Path) -> Check:
    def run(**more: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **more}
        return manage.run("check", env=env)

    return run


PUBLIC = (
    {"SITE_URL": "https://rate.example", "MARKETPLACE_URL": "https://m.example"},
    {"ALLOWED_HOSTS": "localhost,rate.example"},
    {"ALLOWED_HOSTS": "*"},
    {"MARKETPLACE_URL": "http://192.0.2.7/marketplace"},
)


@pytest.mark.parametrize(
    ("name", "public"),
    [
        *(("MARKETPLACE_FAULTS", public) for public in PUBLIC),
        # what counts as public is looked up in the same place for both
        ("MARKETPLACE_CLOCK_FILE", PUBLIC[0]),
    ],
)
def test_a_public_marketplace_does_not_start_with_them(
    check: Check, name: str, public: dict[str, str]
) -> None:
    done = check(**{name: "throttle=0.1"}, **public)
    assert done.returncode != 0
    assert f"{name} is for tests" in done.stderr.splitlines()[-1]


def test_a_public_marketplace_does_not_start_without_signatures(check: Check) -> None:
    unsigned = {"MARKETPLACE_ALLOW_UNSIGNED": "true"}
    done = check(**unsigned, ALLOWED_HOSTS="localhost,rate.example")
    assert done.returncode != 0
    said = done.stderr.splitlines()[-1]
    assert "MARKETPLACE_ALLOW_UNSIGNED is for development" in said
    assert said.endswith("this one answers to rate.example")
    assert check(**unsigned).returncode == 0


def test_this_machine_alone_may_have_them(check: Check, tmp_path: Path) -> None:
    done = check(
        MARKETPLACE_FAULTS="throttle=0.1,lag=3",
        MARKETPLACE_CLOCK_FILE=str(tmp_path / "ahead"),
    )
    assert done.returncode == 0, done.stderr


def test_a_wrong_plan_stops_the_start_by_name(check: Check) -> None:
    done = check(MARKETPLACE_FAULTS="throttle=often")
    assert done.returncode != 0
    assert "MARKETPLACE_FAULTS: 'throttle=often'" in done.stderr.splitlines()[-1]


def test_a_file_moves_the_clock(tmp_path: Path) -> None:
    file = tmp_path / "ahead"
    followed = clock.Clock()
    followed.follow(file)
    before = clock.now()
    assert followed.now() - before < timedelta(minutes=1)
    clock.set_ahead(file, timedelta(days=2))
    assert followed.now() - before >= timedelta(days=2)
    assert [path.name for path in tmp_path.iterdir()] == ["ahead"]
