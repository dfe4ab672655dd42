"""`python -m generation train` and `train-all`: options, and what is said."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import get_args

import torch

from generation.checkpoint import SCALES
from generation.dataset import load_clips
from generation.files import require_folder
from generation.geometry import MAX_FRAMES
from generation.nets import METHODS, PRESETS
from generation.train.config import (
    Clipping,
    Memory,
    TrainConfig,
    TrainingError,
    Truncation,
)
from generation.train.everything import Outcome, train_all
from generation.train.facts import chosen_features
from generation.train.loop import TrainingStoppedError
from generation.train.run import Result, train
from generation.train.table import loss_table
from generation.train.world import joined

STOPPED = 130


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `train` to its parser."""
    parser.add_argument("--method", choices=METHODS, required=True)
    parser.add_argument(
        "--category",
        action="append",
        required=True,
        metavar="NAME",
        help="a category, several by repeating the option, or all: one net for them",
    )
    parser.add_argument(
        "--attention",
        action="store_true",
        help="frame asks the places of a map (--features own-still-map, vgg19-map, "
        "...); `maps` then draws where it looked",
    )
    _add_common(parser)


def add_train_all_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `train-all` to its parser."""
    parser.add_argument(
        "--method",
        choices=METHODS,
        action="append",
        help="a method, several by repeating the option; all unless given",
    )
    parser.add_argument(
        "--category",
        action="append",
        metavar="NAME",
        help="a category, several by repeating the option; all unless given",
    )
    parser.add_argument(
        "--flow-features",
        metavar="SOURCE",
        help="features of the flow method, where others take --features",
    )
    _add_common(parser)


def run_train(options: argparse.Namespace) -> int:
    """Train one net; 0 when it has ended, 130 when it was asked to stop."""
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
        return STOPPED
    return 0


def run_train_all(options: argparse.Namespace) -> int:
    """Train all; 0 when each has ended, 1 when one failed, 130 when asked to stop."""
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
        return STOPPED
    _say(_summary(outcomes))
    return 1 if any(outcome.error for outcome in outcomes) else 0


def _add_common(parser: argparse.ArgumentParser) -> None:
    default = {field.name: field.default for field in fields(TrainConfig)}
    add = parser.add_argument
    add("--data", type=Path, required=True, help="prepared folder")
    add("--out", type=Path, required=True, help="folder of the run; goes on if begun")
    add("--features", metavar="SOURCE", help="which, where several were extracted")
    add("--preset", choices=tuple(PRESETS), default=default["preset"])
    add("--scale", choices=SCALES, default=default["scale"], help="of features")
    add("--bptt", choices=get_args(Truncation), default=default["bptt"])
    add("--windows", type=int, default=default["windows"], help="of coarse_full")
    add("--batch", type=int, default=default["batch"], help="of all processes together")
    add("--rate", type=float, default=default["rate"], help="Adam's")
    add("--clip", choices=get_args(Clipping), default=default["clip"])
    add("--clip-at", type=float, default=default["clip_at"])
    add(
        "--frames",
        type=_frames,
        default=default["frames"],
        help=f"loop training clips to so many frames ({MAX_FRAMES}), or native",
    )
    add("--dither", action="store_true", help="move training sound by a level")
    add(
        "--memory",
        choices=get_args(Memory),
        default=default["memory"],
        help="what the coarse tier begins with: long for seq and flow unless given",
    )
    add(
        "--bf16",
        action=argparse.BooleanOptionalAction,
        help="half precision; where there is CUDA unless said",
    )
    add("--seed", type=int, default=default["seed"])
    add("--epochs", type=int, default=default["epochs"])
    add("--steps", type=int)
    add(
        "--patience",
        type=_or_none,
        default=default["patience"],
        help="looks at the test clips without a lower loss before the end, or none",
    )
    add(
        "--evaluate-every",
        type=int,
        default=default["evaluate_every"],
        metavar="EPOCHS",
    )
    add("--save-minutes", type=float, default=5.0, help="between states")
    add("--device", choices=("auto", "cpu", "cuda"), default="auto")
    add("--threads", type=int, help="CPU threads; torch decides unless given")
    add("--quiet", action="store_true", help="no bar")


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


def _frames(text: str) -> int | None:
    return None if text == "native" else int(text)


def _or_none(text: str) -> int | None:
    return None if text == "none" else int(text)


def _set_threads(options: argparse.Namespace) -> None:
    if options.threads is not None:
        if options.threads < 1:
            raise TrainingError(f"threads {options.threads}: give 1 or more")
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
    lines += [f"FAILED {o.category}/{o.method}: {o.error}" for o in failed]
    return "\n".join(lines)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
