"""The options of `python -m generation train` and `train-all`."""

import argparse
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from generation.checkpoint import SCALES
from generation.nets import METHODS, PRESETS, widths
from generation.train.config import Clipping, Memory, TrainConfig, Truncation
from generation.train.world import DEVICES


def add_train_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `train` to its parser."""
    parser.add_argument(
        "--method",
        choices=METHODS,
        required=True,
        help="frame hears of the video a frame at a time, seq of all of it before the "
        "first sample; flow is seq on features of motion",
    )
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
        help="a method, several by repeating the option (default: all)",
    )
    parser.add_argument(
        "--category",
        action="append",
        metavar="NAME",
        help="a category, several by repeating the option (default: all)",
    )
    parser.add_argument(
        "--flow-features",
        metavar="SOURCE",
        help="features of the flow method (default: as --features, or those there "
        "are of motion)",
    )
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    default = {field.name: field.default for field in fields(TrainConfig)}
    add = parser.add_argument
    add("--data", type=Path, required=True, help="prepared folder")
    add("--out", type=Path, required=True, help="folder of the run; goes on if begun")
    add(
        "--features",
        metavar="SOURCE",
        help="which, where several were extracted (default: the ones that fit)",
    )
    _add_net(parser, default)
    _add_steps(parser, default)
    _add_end(parser, default)
    add(
        "--save-minutes",
        type=float,
        default=5.0,
        metavar="MIN",
        help="minutes between states to go on from",
    )
    add(
        "--device",
        choices=DEVICES,
        default="auto",
        help="where nets compute; auto takes CUDA where there is one",
    )
    add("--threads", type=int, metavar="N", help="CPU threads (default: torch decides)")
    add("--quiet", action="store_true", help="no bar")


def _add_net(parser: argparse.ArgumentParser, default: Mapping[str, Any]) -> None:
    add = parser.add_argument
    add(
        "--preset",
        choices=tuple(PRESETS),
        default=default["preset"],
        help=f"width of the net: {widths()}",
    )
    add(
        "--scale",
        choices=SCALES,
        default=default["scale"],
        help="of features: zscore takes the training clips' mean off and divides by "
        "their deviation, l2 brings each to length 1, none leaves them",
    )
    add(
        "--memory",
        choices=get_args(Memory),
        default=default["memory"],
        help="what the coarse tier begins with: plain forgets half a step, long holds "
        "for up to a clip; auto takes long for seq and flow, plain for frame",
    )
    add(
        "--seed",
        type=int,
        default=default["seed"],
        help="of first weights and of the order of clips, 0 or more",
    )


def _add_steps(parser: argparse.ArgumentParser, default: Mapping[str, Any]) -> None:
    add = parser.add_argument
    add(
        "--bptt",
        choices=get_args(Truncation),
        default=default["bptt"],
        help="where gradients are cut off in time: chunk after each video frame, "
        "coarse_full nowhere in the coarse tier; auto takes chunk for frame, "
        "coarse_full for seq and flow",
    )
    add(
        "--windows",
        type=int,
        default=default["windows"],
        metavar="N",
        help="with coarse_full, windows of 1,024 samples (64 ms) that are looked at of "
        "each clip a step, from 1",
    )
    add(
        "--batch",
        type=int,
        default=default["batch"],
        metavar="N",
        help="clips at once, of all processes together, from 1",
    )
    add("--rate", type=float, default=default["rate"], help="Adam's step, above 0")
    add(
        "--clip",
        choices=get_args(Clipping),
        default=default["clip"],
        help="of gradients: value cuts each number at +- CLIP_AT, norm shortens all "
        "together to that length, none leaves them",
    )
    add(
        "--clip-at",
        type=float,
        default=default["clip_at"],
        help="where --clip cuts, above 0",
    )
    add(
        "--frames",
        type=_frames,
        default=default["frames"],
        metavar="N",
        help="loop training clips to so many video frames, 15.6 a second, from 1, or "
        "native for their own length",
    )
    add(
        "--dither", action="store_true", help="move training sound by a level at random"
    )
    add(
        "--history-dropout",
        type=float,
        default=default["history_dropout"],
        metavar="SHARE",
        help="of video frames whose sound the upper tiers do not hear in training, so "
        "that they heed the video: from 0 to below 1",
    )
    add(
        "--bf16",
        action=argparse.BooleanOptionalAction,
        help="half precision (default: where there is CUDA)",
    )


def _add_end(parser: argparse.ArgumentParser, default: Mapping[str, Any]) -> None:
    add = parser.add_argument
    add(
        "--epochs",
        type=int,
        default=default["epochs"],
        metavar="N",
        help="end after so many passes over the training clips, from 1",
    )
    add(
        "--steps",
        type=int,
        metavar="N",
        help="end after so many steps, from 1 (default: any)",
    )
    add(
        "--patience",
        type=_or_none,
        default=default["patience"],
        metavar="N",
        help="end after so many looks at the test clips in a row without a lower loss, "
        "from 1, or none",
    )
    add(
        "--evaluate-every",
        type=int,
        default=default["evaluate_every"],
        metavar="EPOCHS",
        help="epochs from one look at the test clips to the next, from 1",
    )


def _frames(text: str) -> int | None:
    return None if text == "native" else int(text)


def _or_none(text: str) -> int | None:
    return None if text == "none" else int(text)
