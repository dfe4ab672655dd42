"""What a person may say of a request, refused in words before anything is written."""

import math
from pathlib import Path

from generation.clip import REAL
from generation.manifest import same_name
from studies.errors import StudyError

COLDEST = 1e-6
"""The lowest temperature that the sampler takes."""

_NAME = 200
_PATH = 1000
_SEEDS = 2**63


def require_options(system: str, seed: int | None, temperature: float | None) -> None:
    """Raise StudyError for a bad name of a system, seed or temperature; None is fine.

    A later one would fail every job of the request, which keeps what it was asked.
    """
    if same_name(system.strip()) == REAL:
        raise StudyError(f"--system {system!r}: this name is kept for the clips' own")
    if system != system.strip() or len(system) > _NAME or not system.isprintable():
        raise StudyError(f"--system {system[:40]!r}: give a plain name")
    if seed is not None and not 0 <= seed < _SEEDS:
        raise StudyError(f"--seed {seed}: give a number from 0 to 2^63 - 1")
    if temperature is not None and not COLDEST <= temperature < math.inf:
        raise StudyError(f"--temperature {temperature}: give a number from {COLDEST}")


def full_path(run: Path) -> str:
    """Return where a run lies. StudyError for what no row can hold and no page show."""
    try:
        path = str(run.expanduser().resolve())
    except (OSError, RuntimeError) as error:
        raise StudyError(f"--run {run}: no such folder or file ({error})") from error
    # a name that is no text comes as lone surrogates
    if not path.isprintable() or len(path) > _PATH:
        raise StudyError(
            f"--run {ascii(path)[:_NAME]}: give it a plain path of at most {_PATH} "
            "letters"
        )
    return path
