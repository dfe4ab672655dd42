"""Throw-away servers on free ports: PostgreSQL and Redis, without a trace on disk."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

START_SECONDS = 60.0
STOP_SECONDS = 20.0


def free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(
    ready: Callable[[], bool], what: str, log: Path | None = None, *, pause: float = 0.1
) -> None:
    """Ask again and again until it is so; fail with the log's end when it is not."""
    end = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > end:
            said = log.read_text(errors="replace")[-2000:] if log else ""
            raise AssertionError(f"{what} did not come within {START_SECONDS} s {said}")
        time.sleep(pause)


def answers(port: int) -> bool:
    """Whether something listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def stop(process: "subprocess.Popen[bytes]", order: int = signal.SIGTERM) -> None:
    """End a process that we started, by force if it does not hear."""
    if process.poll() is None:
        process.send_signal(order)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _postgres_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL under /usr/lib/postgresql: apt install postgresql")
    return found[-1].parent


def _owner() -> str | None:
    """Return the account that owns the server: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")


@contextmanager
def postgres() -> Iterator[str]:
    """Give the URL of a PostgreSQL of its own, without the database's name."""
    programs, owner = _postgres_programs(), _owner()
    # not pytest's own folder: its parents are closed to any other user
    folder = Path(tempfile.mkdtemp(prefix="tests-postgres-"))
    port = free_port()
    log = folder.with_suffix(".log")
    try:
        if owner:
            shutil.chown(folder, owner, owner)
        subprocess.run(
            [programs / "initdb", "-D", folder, "-A", "trust", "-U", "postgres",
             "--no-locale", "-E", "UTF8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd="/", user=owner, group=owner,
        )  # fmt: skip
        options = {"fsync": "off", "synchronous_commit": "off"}
        options |= {"full_page_writes": "off", "max_connections": "200"}
        with log.open("wb") as said:
            server = subprocess.Popen(
                [programs / "postgres", "-D", folder, "-h", "127.0.0.1",
                 "-p", str(port), "-k", "",
                 *(f"-c{name}={value}" for name, value in options.items())],
                stdout=said, stderr=said, cwd="/", user=owner, group=owner,
            )  # fmt: skip
        url = f"postgres://postgres@127.0.0.1:{port}"
        try:
            wait_until(lambda: _connects(url), "PostgreSQL", log)
            yield url
        finally:
            stop(server, signal.SIGINT)  # fast shutdown: it waits for no client
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        log.unlink(missing_ok=True)


def _connects(url: str) -> bool:
    try:
        psycopg.connect(f"{url}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def make_database(url: str, name: str, template: str = "template1") -> str:
    """Make a database, as a copy of `template`, and return its URL."""
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{url}/{name}"


@contextmanager
def redis_server() -> Iterator[str]:
    """Give the URL of a Redis of its own, kept in memory."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("no redis-server here: apt install redis-server")
    port = free_port()
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "",
         "--appendonly", "no", "--dir", "/tmp"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"redis://127.0.0.1:{port}/0"
    client = redis.Redis.from_url(url)
    try:
        wait_until(lambda: answers(port) and bool(client.ping()), "Redis")
        yield url
    finally:
        client.close()
        stop(server)
