"""Public tools made for MTurk, each in a process and an environment of its own."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.marketplace import shop

HERE = Path(__file__).parent


class Tool:
    """A tool whose methods are called by name."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def do(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the tool's; its answer as JSON."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([method, args, kwargs]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"{method}: {self._process.stderr and self._process.stderr.read()}"
        return json.loads(line)


@contextmanager
def running(name: str, python: Path, api: str, **more: str) -> Iterator[Tool]:
    """The tool against the marketplace at `api`, which it takes for Amazon."""
    process = subprocess.Popen(
        [str(python), "-W", "ignore", str(HERE / "driver.py"), name],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(python.parents[1]),
            "PYTHONPATH": str(HERE / "redirect"),
            "MARKETPLACE_UNDER_TEST": api,
            "AWS_ACCESS_KEY_ID": shop.KEY,
            "AWS_SECRET_ACCESS_KEY": shop.SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            **more,
        },
    )
    try:
        yield Tool(process)
    finally:
        process.communicate(timeout=20)
