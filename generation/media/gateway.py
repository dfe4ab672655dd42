"""The only door to ffmpeg and ffprobe.

Commands are built with ffmpeg-python and run here and nowhere else, so that every
one of them has a time limit, an address-space limit, one thread, no terminal, only
local files as protocols, only ordinary containers as formats (a playlist renamed to
.mp4 opens nothing), absolute `file:` paths (a file named `-y.mp4` or `http:x` stays a
file), and dies with the process that started it.
"""

import errno
import json
import os
import re
import shutil
import signal
import subprocess  # noqa: TID251 - this is the gateway the rule sends everyone to
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from generation.files import StorageError
from generation.media.errors import MediaError, MediaTimeoutError, ToolMissingError

try:
    import ffmpeg
except ImportError:
    # A machine that trains on prepared clips decodes nothing and need not have it.
    ffmpeg = None

MEMORY_LIMIT_BYTES = 6 * 2**30
"""Address space one ffmpeg may take; a 4K picture needs about 1 GiB."""

STDERR_LIMIT_BYTES = 2**20
"""How much of the end of stderr is kept."""

FORMATS = (
    "aac,aiff,asf,avi,caf,flac,flv,matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mp3,"
    "mpeg,mpegts,mpegvideo,ogg,w64,wav,"
    "f32le,rawvideo"
)
"""Containers that may be opened: none of them can refer to another file."""

_FULL = os.strerror(errno.ENOSPC)
"""What ffmpeg says on a full disk."""

_ORIGIN = re.compile(r"\[[^\]]* @ 0x[0-9a-f]+\] |\[\w+\] |file:/.*/")

Stream = Any
"""A node of ffmpeg-python, which carries no types."""


@dataclass(frozen=True, slots=True)
class CompletedRun:
    """How a command ended: `stderr` is its tail, `command` the argument list."""

    command: tuple[str, ...]
    returncode: int
    stdout: bytes
    stderr: str

    @property
    def reason(self) -> str:
        """The last two lines of stderr, without folders; never blank."""
        lines = [_ORIGIN.sub("", line).strip() for line in self.stderr.splitlines()]
        told = [line for line in lines if line][-2:]
        if told:
            return "; ".join(dict.fromkeys(told))
        return (
            f"{self.command[0]} stopped with status {self.returncode} and said nothing"
        )


def safe_url(path: Path) -> str:
    """`path` as an absolute `file:` address that can be neither option nor protocol."""
    return f"file:{path.absolute()}"


def source(path: Path, **options: object) -> Stream:
    """An input file; `options` are ffmpeg's input options without the dash.

    Two calls with the same arguments give one input of the command. Raises
    ToolMissingError where ffmpeg-python is not installed.
    """
    if ffmpeg is None:
        raise ToolMissingError(
            "ffmpeg-python is not installed: install the requirements"
        )
    return ffmpeg.input(
        safe_url(path),
        protocol_whitelist="file,pipe",
        format_whitelist=FORMATS,
        threads=1,
        **options,
    )


def target(streams: Sequence[Stream], path: Path | None, **options: object) -> Stream:
    """An output of `streams` to `path` (None: to stdout, which the run returns)."""
    url = "pipe:1" if path is None else safe_url(path)
    return ffmpeg.output(*streams, url, threads=1, **options)


def run(
    outputs: Stream | Sequence[Stream],
    *,
    timeout: float,
    verbosity: str = "error",
    check: bool = True,
) -> CompletedRun:
    """Run one ffmpeg that writes all `outputs`.

    `timeout` is in seconds of wall time. Raises MediaTimeoutError when it passes,
    ToolMissingError where there is no ffmpeg, StorageError on a full disk and, with
    `check`, MediaError with ffmpeg's own last words when ffmpeg fails.
    """
    merged = (
        ffmpeg.merge_outputs(*outputs) if isinstance(outputs, Sequence) else outputs
    )
    command = [
        *("ffmpeg", "-nostdin", "-hide_banner", "-nostats", "-v", verbosity),
        *("-filter_threads", "1", "-filter_complex_threads", "1"),
        *ffmpeg.get_args(merged, overwrite_output=True),
    ]
    done = _execute(command, timeout=timeout)
    # ffmpeg 5.1 ends with 0 where the last bytes of a file found no room
    if f": {_FULL}" in done.stderr:
        # ffmpeg-python puts -y last
        full = command[-2].removeprefix("file:")
        raise StorageError(f"{full}: cannot be written ({_FULL}); make room there")
    if check and done.returncode != 0:
        raise MediaError(f"ffmpeg failed: {done.reason}")
    return done


def probe(path: Path, *, timeout: float) -> dict[str, Any]:
    """What ffprobe says of `path`'s container and streams.

    Raises MediaError when ffprobe fails or its answer is not the JSON it promises:
    5.1 prints an open brace and nothing on stderr for codecs it cannot open.
    """
    done = _execute(
        [
            *("ffprobe", "-hide_banner", "-v", "warning", "-of", "json"),
            *("-protocol_whitelist", "file,pipe", "-format_whitelist", FORMATS),
            *("-show_format", "-show_streams", "-i", safe_url(path)),
        ],
        timeout=timeout,
    )
    if done.returncode != 0:
        raise MediaError(done.reason)
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise MediaError(f"ffprobe's answer cannot be read: {done.reason}") from error
    if not isinstance(answer, dict) or not answer.get("streams"):
        raise MediaError("no stream found in it")
    return answer


def _execute(command: list[str], *, timeout: float) -> CompletedRun:
    # looked up here: what puts the limits around it would start, and fail like ffmpeg
    if shutil.which(command[0]) is None:
        raise ToolMissingError(
            f"{command[0]} is not installed, or not on PATH: install the package "
            "ffmpeg (apt-get install ffmpeg, or conda install -c conda-forge ffmpeg)"
        )
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 - a list, no shell, paths are file:
            [*_harness(), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        try:
            stdout, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            raise MediaTimeoutError(
                f"{command[0]} was stopped after {timeout:g} s: the file takes too "
                "long to read; cut it or encode it anew"
            ) from error
        finally:
            if process.poll() is None:
                _kill_group(process)
        return CompletedRun(tuple(command), process.returncode, stdout, _tail(errors))


@cache
def _harness() -> tuple[str, ...]:
    """Limits and a death signal, put around the command without a fork hook."""
    limits = shutil.which("prlimit")
    parent = shutil.which("setpriv")
    return (
        *((limits, f"--as={MEMORY_LIMIT_BYTES}", "--core=0") if limits else ()),
        *((parent, "--pdeathsig", "KILL") if parent else ()),
    )


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdout is not None:
        process.stdout.close()
    process.wait()


def _tail(errors: IO[bytes]) -> str:
    size = errors.seek(0, os.SEEK_END)
    errors.seek(max(0, size - STDERR_LIMIT_BYTES))
    return errors.read().decode("utf-8", "replace")
