"""Find the checkpoints of a run."""

from pathlib import Path

from generation.checkpoint import (
    Checkpoint,
    CheckpointError,
    FeatureFacts,
    file_sha256,
    load_checkpoint,
)
from generation.sample.record import SampleError, Trained, same_category

BEST = "best.net"
"""What training calls the net that did best on clips it did not learn from."""

_DEPTH = 3


def best_of(run: Path) -> list[Path]:
    """The checkpoints of a run: the file itself, or every best.net at most 3 below.

    Raises SampleError where there is none.
    """
    if run.is_file():
        return [run]
    patterns = ["/".join(["*"] * depth + [BEST]) for depth in range(_DEPTH + 1)]
    found = sorted({path for pattern in patterns for path in run.glob(pattern)})
    if not found:
        what = f"no {BEST} in it" if run.is_dir() else "no such folder or file"
        raise SampleError(f"{run}: {what}; name a training run or a checkpoint")
    return found


def trained_in(run: Path) -> tuple[Trained, ...]:
    """The checkpoints of a run and what they sound. Raises SampleError."""
    return tuple(_trained(path) for path in best_of(run))


def open_checkpoint(path: Path) -> tuple[Checkpoint, str]:
    """A checkpoint and the sha256 of its file. Raises SampleError."""
    try:
        # a run that goes on replaces the file: read and hash one and the same
        before = file_sha256(path)
        checkpoint = load_checkpoint(path)
        if file_sha256(path) != before:
            return open_checkpoint(path)
    except (CheckpointError, OSError) as error:
        raise SampleError(str(error)) from error
    return checkpoint, before


def only_checkpoint(run: Path, *, method: str = "", category: str = "") -> Path:
    """The one checkpoint of a run for a method and a category, "" for any.

    Raises SampleError where there is none, or there are several.
    """
    paths = best_of(run)
    if len(paths) == 1 and not (method or category):
        return paths[0]
    fit = [
        one
        for one in map(_trained, paths)
        if method in ("", one.method)
        and (not category or any(same_category(category, n) for n in one.categories))
    ]
    if len(fit) == 1:
        return fit[0].path
    shown = "; ".join(
        f"{one.path} ({one.label} for {', '.join(one.categories)})"
        for one in (fit or map(_trained, paths))
    )
    if not fit:
        raise SampleError(
            f"{run}: no net of that method and category; there is {shown}"
        )
    raise SampleError(
        f"{run}: several nets would do; name one, or narrow it by --method and "
        f"--category: {shown}"
    )


def _trained(path: Path) -> Trained:
    checkpoint, sha256 = open_checkpoint(path)
    return Trained(
        path=path,
        sha256=sha256,
        method=checkpoint.config.method,
        label=checkpoint.label,
        categories=tuple(checkpoint.data.categories),
        features=checkpoint.features.identity,
        weights=_file_of(checkpoint.features),
        is_provisional=checkpoint.is_provisional,
    )


def _file_of(facts: FeatureFacts) -> str:
    """The sha256 of the one file of weights behind features, "" where there is none."""
    return "" if facts.is_stub or "+" in facts.name else facts.weights
