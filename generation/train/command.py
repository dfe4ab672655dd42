"""`python -m generation train` and `train-all`: what is run, and what is said."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path

import torch

from generation.dataset import load_clips
from generation.files import require_folder
from generation.nets import METHODS
from generation.train.config import TrainConfig, TrainingError
from generation.train.everything import Outcome, train_all
from generation.train.facts import chosen_features
from generation.train.loop import TrainingStoppedError
from generation.train.run import Result, train
from generation.train.table import loss_table
from generation.train.world import joined

_THREADS = 1024


def run_train(options: argparse.Namespace) -> int:
    """Train one net; 0 when it has ended, 130 or 143 when it was asked to stop."""
    require_folder(options.out, is_written=False)
    clips = load_clips(options.data)
    wanted = [] if options.category == ["all"] else options.category
    config = _config(options, options.method, tuple(sorted(set(wanted))))
    identity = chosen_features(
        clips, options.method, options.features, attention=config.attention
    )
    _set_threads(options)
    try:
        with joined(options.device) as world:
            result = train(
                clips.with_features(identity),
                config,
                options.out,
                world=world,
                is_shown=not options.quiet,
                save_minutes=options.save_minutes,
            )
            if world.is_first:
                _say(_told(result, options.out))
    except TrainingStoppedError as error:
        _say(str(error))
        return error.status
    return 0


def run_train_all(options: argparse.Namespace) -> int:
    """Train all; 0 when each has ended, 1 when one failed, 130 or 143 if stopped."""
    require_folder(options.out, is_written=False)
    config = _config(options, "frame", ())
    _set_threads(options)
    try:
        with joined(options.device, together=False) as world:
            outcomes = train_all(
                options.data,
                options.out,
                config,
                methods=options.method or METHODS,
                categories=options.category or (),
                features=options.features,
                flow_features=options.flow_features,
                world=world,
                is_shown=not options.quiet,
                save_minutes=options.save_minutes,
                tell=_say,
            )
    except TrainingStoppedError as error:
        _say(str(error))
        return error.status
    _say(_summary(outcomes))
    return 1 if any(outcome.error for outcome in outcomes) else 0


def _config(
    options: argparse.Namespace, method: str, categories: Sequence[str]
) -> TrainConfig:
    given = {
        field.name: getattr(options, field.name)
        for field in fields(TrainConfig)
        if field.name not in ("method", "categories", "attention")
    }
    given["attention"] = getattr(options, "attention", False)
    return TrainConfig(method=method, categories=tuple(categories), **given)  # type: ignore[arg-type]


def _set_threads(options: argparse.Namespace) -> None:
    if options.threads is not None:
        if not 1 <= options.threads <= _THREADS:
            raise TrainingError(f"threads {options.threads}: give 1 to {_THREADS}")
        torch.set_num_threads(options.threads)


def _told(result: Result, out: Path) -> str:
    return (
        f"{loss_table([result])}\n"
        f"ended by {result.reason} after {result.steps} steps, {result.epochs} epochs; "
        f"best after {result.best_step}: {out / 'best.net'} "
        f"(sha256 {result.sha256[:16]})"
    )


def _summary(outcomes: Sequence[Outcome]) -> str:
    results = [outcome.result for outcome in outcomes if outcome.result is not None]
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    lines = [loss_table(results)] if results else []
    nets: dict[str, list[str]] = {}
    for outcome in failed:
        name = f"{outcome.category}/{outcome.method}"
        nets.setdefault(outcome.error or "", []).append(name)
    lines += [f"FAILED {', '.join(names)}: {error}" for error, names in nets.items()]
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
