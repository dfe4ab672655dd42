"""The marketplace alone, as a newcomer starts it: by one command."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers import forks
from tests.servers.engines import answers, free_port, stop, wait_until

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Alone:
    """A marketplace alone; `folder` holds its data."""

    folder: Path
    port: int = field(default_factory=free_port)
    more: Mapping[str, str] = field(default_factory=dict)
    """Environment beyond the usual."""
    _forks: forks.Forks | None = None

    @property
    def url(self) -> str:
        """Where workers go."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> str:
        """What the server has printed so far."""
        return (self.folder / "log").read_text()

    def command(self, *words: str) -> list[str]:
        """Return the command line that runs the marketplace's command."""
        return [sys.executable, "manage.py", "marketplace", *words]

    def env(self) -> dict[str, str]:
        """Return the environment of its processes: nothing of ours but the path."""
        here = {"DATA_DIR": str(self.folder), "MARKETPLACE_URL": self.url}
        here |= {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
        return here | dict(self.more)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run the command with further words to its end."""
        if self._forks is not None:
            return self._forks.run("marketplace", *words)
        return subprocess.run(
            self.command(*words),
            env=self.env(), cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def key(self, *words: str) -> tuple[str, str]:
        """Issue an access key; return its id and secret."""
        done = self.run("key", *words)
        assert done.returncode == 0, done.stderr
        found = re.findall(r"(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY)=(\S+)", done.stdout)
        return found[0], found[1]

    @contextmanager
    def loaded(self) -> Iterator[None]:
        """Load the marketplace once for all commands run while the block runs.

        Each is still a process of its own.
        """
        command = (sys.executable, "-m", "tests.servers.commands")
        with forks.loaded(*command, env=self.env()) as found:
            self._forks = found
            try:
                yield
            finally:
                self._forks = None

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve it while the block runs."""
        log = self.folder / "log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                self.command("--port", str(self.port)),
                env=self.env(), cwd=ROOT, stdout=said, stderr=said,
            )  # fmt: skip
        try:
            wait_until(lambda: answers(self.port), "the marketplace", log)
            yield
        finally:
            stop(process, signal.SIGINT)
