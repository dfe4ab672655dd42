"""The options of `python -m generation prepare`."""

import argparse
from pathlib import Path
from typing import get_args

from generation.arguments.numbers import at_least
from generation.dataset import LAYOUTS, TEST_CLIPS
from generation.dataset.splits import SplitKind
from generation.features import SOURCES
from generation.quantize import GainPolicy
from generation.sample.engines import DEVICES

ENCODER_STEPS = 600


def add_prepare_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to a parser."""
    add = parser.add_argument
    add("place", type=Path, help="the data set's folder, or a manifest")
    add(
        "--layout",
        choices=tuple(LAYOUTS),
        required=True,
        help="how clips lie there: a published data set's way, folder "
        "(category/clip.mp4), a manifest, or demo clips",
    )
    add("--out", type=Path, required=True, help="prepared folder; goes on if begun")
    add(
        "--split",
        choices=get_args(SplitKind),
        default="group",
        help="how test clips are chosen: last ids, at random, by recording (so that "
        "no recording is in both), or the data set's own list",
    )
    add("--split-file", type=Path, help="a split written before, instead of --split")
    add(
        "--test",
        type=at_least(1),
        default=TEST_CLIPS,
        metavar="N",
        help="test clips of each category, from 1; a category of one clip trains on it",
    )
    add(
        "--min-clips",
        type=at_least(1),
        default=1,
        metavar="N",
        help="leave out categories of fewer clips; one with no more clips than --test "
        "is refused, by name",
    )
    add(
        "--seed",
        type=at_least(0),
        default=0,
        help="of the split, the encoder of `own` and the stub, 0 or more",
    )
    add(
        "--gain",
        choices=get_args(GainPolicy),
        default="peak",
        help="how sound is leveled: peak brings each clip's largest sample to 0.9, "
        "category gives a category's clips one gain, none leaves it",
    )
    add(
        "--workers",
        type=at_least(1),
        metavar="N",
        help="clips at once (default: one per core)",
    )
    source = parser.add_argument_group("features")
    add = source.add_argument
    add(
        "--features",
        choices=SOURCES,
        action="append",
        help="several by repeating it (default: none); `own` learns an encoder from "
        "the training clips unless --weights names one; those with `map` are for "
        "`train --attention`",
    )
    add(
        "--weights",
        type=Path,
        metavar="FILE",
        help="of VGG19, or an encoder of your own",
    )
    add(
        "--flow-weights",
        type=Path,
        metavar="FILE",
        help="of the temporal net, PyTorch's, safetensors or MatConvNet's .mat",
    )
    add(
        "--flow-net",
        choices=("cnn-m-2048", "vgg16"),
        default="cnn-m-2048",
        help="which temporal net reads the flow",
    )
    add("--flow", default="dis", help="dis, farneback, or a folder of flow pictures")
    add(
        "--flow-fps",
        type=float,
        default=15.6,
        metavar="FPS",
        help="frames a second behind the pictures of that folder",
    )
    add(
        "--from-rgb",
        action="store_true",
        help="the temporal net's weights are those of a net of pictures",
    )
    add("--pre-relu", action="store_true", help="fc6 before its ReLU")
    add(
        "--encoder-steps",
        type=at_least(1),
        default=ENCODER_STEPS,
        metavar="N",
        help="steps in which the encoder of `own` learns, from 1",
    )
    add(
        "--device",
        choices=DEVICES,
        default="cpu",
        help="where features are computed; auto takes CUDA where there is one",
    )
