"""Environments of their own for clients: made once, kept in var/."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

KEPT = Path(__file__).resolve().parents[3] / "var" / "clients"
MINUTES = 5


def python_with(name: str, *requirements: str, then: tuple[str, ...] = ()) -> Path:
    """The Python of an environment that holds these requirements; skips without them.

    `then` are installed over what the requirements ask for: a client may pin a boto3
    that no longer runs.
    """
    folder = KEPT / name
    wanted = "\n".join((*requirements, *then))
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as lock:
        # of several test processes one installs
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "installed"
        if not done.exists() or done.read_text() != wanted:
            shutil.rmtree(folder, ignore_errors=True)
            install = _installer(folder)
            for each in filter(None, (requirements, then)):
                _run(*install, "--quiet", *each)
            done.write_text(wanted)
    return folder / "bin" / "python"


def _installer(folder: Path) -> tuple[str, ...]:
    """Make an empty environment; return the command that installs into it.

    That is uv, which script/setup brings and which is several times as quick, or pip.
    """
    python, uv = folder / "bin" / "python", Path(sys.executable).with_name("uv")
    if not uv.exists():
        _run(sys.executable, "-m", "venv", str(folder))
        return (str(python), "-m", "pip", "install")
    _run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    # it does not read pip's own settings
    index, links = (os.environ.get(f"PIP_{n}") for n in ("INDEX_URL", "FIND_LINKS"))
    return (
        *(str(uv), "pip", "install", "--system-certs", "--python", str(python)),
        *(("--default-index", index) if index else ()),
        *(("--find-links", links) if links else ()),
    )


def _run(*words: str) -> None:
    try:
        subprocess.run(
            words, check=True, capture_output=True, text=True, timeout=MINUTES * 60
        )
    except subprocess.TimeoutExpired:
        pytest.skip(f"{words[-1]} was not installed within {MINUTES} minutes")
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:]
        pytest.skip(f"{words[-1]} can't be installed here: {' '.join(last)}")
