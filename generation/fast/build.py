"""Compile the package's C++ for this machine, once.

The library lies in a folder of the user's own, under a name made of everything that it
depends on: source, options, compiler, processor. Where there is no compiler nothing is
built and the engine says so.
"""

import hashlib
import os
import platform
import shlex
import shutil
import subprocess  # noqa: TID251 - the gateway runs ffmpeg; this runs the compiler
import tempfile
from functools import cache
from pathlib import Path

SOURCES = (
    Path(__file__).with_name("frame.cpp"),
    Path(__file__).with_name("products.h"),
)
"""What is compiled, then what it includes."""

OPTIONS = ("-O3", "-march=native", "-std=c++17", "-shared", "-fPIC", "-fno-math-errno")
COMPILERS = ("c++", "g++", "clang++")
TIMEOUT = 120.0
"""Seconds a compilation may take; it takes three."""


class BuildError(RuntimeError):
    """The C++ engine cannot be had here; the message says why."""


def compiler() -> list[str]:
    """Return the C++ compiler's command: $CXX, or the first known one found.

    $CXX may hold words, as in `ccache g++`. Raises BuildError if there is none.
    """
    wanted = os.environ.get("CXX", "").strip()
    try:
        tried = [shlex.split(wanted)] if wanted else [[name] for name in COMPILERS]
    except ValueError as error:
        raise BuildError(f"CXX={wanted}: {error}") from error
    for name, *words in tried:
        if path := shutil.which(name):
            return [path, *words]
    looked = wanted or ", ".join(COMPILERS)
    message = f"no C++ compiler found ({looked}): install one or name it in CXX"
    raise BuildError(message)


def folder() -> Path:
    """Return where built libraries are kept: $XDG_CACHE_HOME or ~/.cache, realfake.

    One that is relative is passed over (XDG Base Directory Specification).
    """
    root = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not root.is_absolute():
        root = Path.home() / ".cache"
    return root / "realfake" / "fast"


@cache
def library() -> Path:
    """Return the library for this machine, compiling it if it is not there whole.

    One cut short would end the process that calls it. Any number of processes may ask
    at once. Raises BuildError with the compiler's last words if it cannot be built.
    """
    tool = compiler()
    key = hashlib.sha256()
    for path in SOURCES:
        key.update(path.read_bytes())
    for part in (*OPTIONS, *tool, _output([*tool, "--version"]), _processor()):
        key.update(b"\0" + part.encode())
    target = folder() / f"frame-{key.hexdigest()[:20]}.so"
    if not _is_whole(target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _compile(tool, target)
        except OSError as error:
            raise BuildError(f"cannot write {target.parent}: {error}") from error
    return target


def _compile(tool: list[str], target: Path) -> None:
    """Compile beside the target and move it there whole, then the note of its hash."""
    with tempfile.TemporaryDirectory(dir=target.parent) as beside:
        made, note = Path(beside) / target.name, Path(beside) / "note"
        _output([*tool, *OPTIONS, "-o", str(made), str(SOURCES[0])])
        note.write_text(_sha256(made))
        made.replace(target)
        note.replace(_note(target))


def _is_whole(target: Path) -> bool:
    """Whether a library is there, and is what was compiled."""
    try:
        return _note(target).read_text() == _sha256(target)
    except (OSError, ValueError):
        return False


def _note(target: Path) -> Path:
    return target.with_suffix(".sha256")


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - a list, no shell, nothing from outside
            command, capture_output=True, text=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{command[0]} did not run: {error}") from error
    if done.returncode:
        told = done.stderr.strip()[-500:]
        raise BuildError(f"{command[0]} stopped with {done.returncode}: {told}")
    return done.stdout


def _processor() -> str:
    """What `-march=native` depends on: a home folder may serve several machines."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine() + platform.processor()
    about = ("flags", "Features", "model name")
    return "\n".join(sorted({line for line in lines if line.startswith(about)}))
