"""A process that has a program loaded, and a fork of it for each command line.

A command is still a process of its own, from its first word to its exit status; only
loading the program, half a second or more each time, is done before and once. Nothing
but the standard library: programs with an environment of their own are loaded, too.
"""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]


class Forks:
    """Runs command lines by the process that has loaded their program."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(
        self, *words: str, env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run one command to its end, with an environment of its own if given."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([words, env]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the loaded program is gone: see its words on standard error"
        return subprocess.CompletedProcess(words, **json.loads(line))


@contextmanager
def loaded(*command: str, env: Mapping[str, str]) -> Iterator[Forks]:
    """Load the program of `command`, which calls `answer`, while the block runs."""
    with subprocess.Popen(
        command, env=env, cwd=ROOT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        try:
            yield Forks(process)
        finally:
            process.communicate()


def answer(run: Callable[[list[str]], object]) -> None:
    """In the process that has loaded it: run each command that is asked for."""
    # no fork has to look whether what is loaded is garbage, not at its end either
    gc.freeze()
    for line in sys.stdin:
        words, env = json.loads(line)

        def go(words: list[str] = words, env: dict[str, str] | None = env) -> None:
            if env is not None:
                os.environ.clear()
                os.environ.update(env)
            run(words)

        with TemporaryFile() as said, TemporaryFile() as warned:
            status = _fork(go, said, warned)
            done = {
                "returncode": status,
                "stdout": _text(said),
                "stderr": _text(warned),
            }
        sys.stdout.write(json.dumps(done) + "\n")
        sys.stdout.flush()


def _fork(go: Callable[[], object], said: IO[bytes], warned: IO[bytes]) -> int:
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    for file, descriptor in ((said, 1), (warned, 2)):
        os.dup2(file.fileno(), descriptor)
    # an exception or an exit goes all the way up and ends the process, as anywhere
    go()
    sys.exit()


def _text(file: IO[bytes]) -> Any:
    file.seek(0)
    return file.read().decode()
