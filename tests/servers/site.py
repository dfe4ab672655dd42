"""A whole site in processes of its own: database, files, gunicorn, worker, jobs."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.servers.engines import answers, free_port, stop, wait_until

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
KEPT = ("PATH", "HOME", "LANG", "TMPDIR")


class JobError(AssertionError):
    """A job ended in an exception; the text is its traceback."""


@dataclass(frozen=True)
class Done:
    """How a job ended: by signal `killed` (0: by itself), after so many steps."""

    value: Any
    steps: int
    killed: int


@dataclass
class Site:
    """One site: `folder` holds its data, `more` are settings beyond the usual."""

    folder: Path
    more: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    started: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)
    """Its processes that run, by name."""
    _zygote: "subprocess.Popen[str] | None" = None

    @property
    def url(self) -> str:
        """Where raters' pages are; the marketplace is at 127.0.0.1."""
        return f"http://localhost:{self.port}"

    @property
    def media(self) -> Path:
        """The folder of its files."""
        return self.folder / "media"

    def env(self) -> dict[str, str]:
        """Return the environment of its processes: nothing of ours but the path."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return kept | {
            "DATA_DIR": str(self.folder),
            "SITE_URL": self.url,
            "MARKETPLACE_URL": f"http://127.0.0.1:{self.port}/marketplace",
            "DJANGO_SETTINGS_MODULE": "evalsite.settings",
            "PYTHONUNBUFFERED": "1",
            "ADVANCE_EVERY_SECONDS": "3600",
            **self.more,
        }

    def use(self, **settings: str) -> None:
        """Change settings of processes started from now on."""
        self.close()
        self.more = {**self.more, **settings}

    def manage(self, *words: str) -> str:
        """Run a management command and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            env=self.env(), cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def job(self, do: str, **args: Any) -> Any:
        """Do one job (tests.servers.jobs or looks) in a process of its own."""
        return self.jobs({"do": do, "args": args})[0].value

    def jobs(self, *jobs: dict[str, Any]) -> list[Done]:
        """Do several at once; `kill_at` in a job kills it at that step."""
        zygote = self._started()
        assert zygote.stdin is not None
        assert zygote.stdout is not None
        zygote.stdin.write(json.dumps(jobs) + "\n")
        zygote.stdin.flush()
        line = zygote.stdout.readline()
        assert line, "the jobs' process is gone: see its words on standard error"
        found = json.loads(line)
        for each in found:
            if "error" in each:
                raise JobError(each["error"])
        return [
            Done(each.get("value"), each.get("steps", 0), each.get("killed", 0))
            for each in found
        ]

    def _started(self) -> "subprocess.Popen[str]":
        if self._zygote is None:
            self._zygote = subprocess.Popen(
                [sys.executable, "-m", "tests.servers.zygote"],
                env=self.env(), cwd=ROOT, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        return self._zygote

    def snapshot(self) -> Path:
        """Copy the SQLite database as it is while nobody uses it; return the copy."""
        source = self.folder / "db.sqlite3"
        copy = source.with_name(f"snapshot-{uuid.uuid4().hex}")
        with (
            closing(sqlite3.connect(source)) as old,
            closing(sqlite3.connect(copy)) as new,
        ):
            old.backup(new)
        return copy

    def restore(self, copy: Path) -> None:
        """Put a snapshot back; the site opens the database anew for each request."""
        target = self.folder / "db.sqlite3"
        draft = target.with_name("restored")
        shutil.copyfile(copy, draft)
        for ending in ("-wal", "-shm"):
            target.with_name(f"{target.name}{ending}").unlink(missing_ok=True)
        draft.replace(target)

    @contextmanager
    def served(self, *, workers: int = 1, threads: int = 8) -> Iterator[None]:
        """Serve it by gunicorn while the block runs."""
        command = [
            *(BIN / "gunicorn", "evalsite.wsgi", "--bind", f"127.0.0.1:{self.port}"),
            # loaded before it listens, and once for all workers
            *("--preload", "--workers", str(workers), "--threads", str(threads)),
            *("--log-level", "warning", "--timeout", "120", "--keep-alive", "60"),
        ]
        with self.running(command, "gunicorn") as log:
            wait_until(lambda: answers(self.port), "gunicorn", log)
            yield

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Let one background worker run while the block runs."""
        command = [
            *(BIN / "celery", "-A", "evalsite", "worker", "--loglevel", "INFO"),
            *("--concurrency", "1", "--without-gossip", "--without-mingle"),
        ]
        with self.running(command, "celery") as log:
            wait_until(lambda: " ready." in log.read_text(), "the worker", log)
            yield

    @contextmanager
    def running(self, command: list[Any], name: str) -> Iterator[Path]:
        """Run a program of the site while the block runs; give its log."""
        log = self.folder / f"{name}.log"
        with log.open("ab") as said:
            process = _start(command, self.env(), said)
        self.started[name] = process
        try:
            yield log
        finally:
            # for gunicorn: at once, without waiting for connections that are idle
            stop(process, signal.SIGINT)

    def close(self) -> None:
        """End the jobs' process."""
        if self._zygote is not None:
            assert self._zygote.stdin is not None
            assert self._zygote.stdout is not None
            self._zygote.stdin.close()
            self._zygote.wait()
            self._zygote.stdout.close()
            self._zygote = None


def _start(
    command: list[Any], env: dict[str, str], said: IO[bytes]
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=said, stderr=said)
