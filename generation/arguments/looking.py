"""`python -m generation maps`: where nets with attention look, as pictures."""

import argparse
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np

from generation.arguments.numbers import at_least
from generation.arguments.progress import bar
from generation.checkpoint import load_checkpoint
from generation.clip import demo_told
from generation.dataset import ClipSet, load_clips
from generation.experiments import ExperimentError
from generation.experiments.looks import looks_as_text, looks_of, looks_picture
from generation.files import file_stem, require_folder, write_bytes
from generation.sample.engines import DEVICES, device_of

SOUNDS = ("real", "generated")


def add_maps(parser: argparse.ArgumentParser) -> None:
    """Add the options of `maps`."""
    add = parser.add_argument
    add("data", type=Path, help="prepared folder")
    add("checkpoint", type=Path, help="best.net of a run with --attention")
    add("--out", type=Path, required=True, help="folder for the pictures and maps")
    add(
        "--clip",
        action="append",
        metavar="NAME",
        help="a clip, several by repeating the option (default: the test clips)",
    )
    add(
        "--frames",
        type=at_least(1),
        default=6,
        help="key frames of each picture, from 1",
    )
    add(
        "--sound",
        choices=SOUNDS,
        default=SOUNDS[0],
        help="what the net hears meanwhile: the clip's, or what it makes itself",
    )
    add(
        "--seed",
        type=at_least(0),
        default=0,
        help="of generated sound, as that of sample, 0 or more",
    )
    add(
        "--device",
        choices=DEVICES,
        default="cpu",
        help="where the net computes; auto takes CUDA where there is one",
    )


def run_maps(options: argparse.Namespace) -> int:
    """Write each clip's maps as a picture and as numbers; print how even they are."""
    require_folder(options.out)
    device = device_of(options.device)
    checkpoint = load_checkpoint(options.checkpoint)
    clips = load_clips(options.data).with_features(checkpoint.features.identity)
    found = []
    names = _wanted(clips, checkpoint.data.categories, options.clip)
    for name in bar(iter(names), len(names), label="maps", unit="clip"):
        looks = looks_of(
            checkpoint,
            clips,
            name,
            generates=options.sound == "generated",
            seed=options.seed,
            device=device,
        )
        stem = options.out / file_stem(name)
        picture = looks_picture(looks, frames=options.frames)
        write_bytes(stem.with_name(f"{stem.name}.png"), picture)
        numbers = BytesIO()
        np.save(numbers, looks.shares, allow_pickle=False)
        write_bytes(stem.with_name(f"{stem.name}.npy"), numbers.getbuffer())
        found.append(looks)
    sys.stdout.write(looks_as_text(found))
    told = demo_told(
        is_demo=checkpoint.data.is_demo, is_stub=checkpoint.features.is_stub
    )
    sys.stdout.write("".join(f"{line}\n" for line in told))
    sys.stdout.write(f"{options.out}: {len(found)} pictures, and maps as .npy\n")
    return 0


def _wanted(
    clips: ClipSet, categories: Sequence[str], named: Sequence[str] | None
) -> list[str]:
    """The clips named, else the test clips of what the net learnt.

    Raises DatasetError for unknown ones, ExperimentError where there is no test clip.
    """
    if named:
        return [clips.clip(name).clip for name in named]
    found = [clip.clip for clip in clips.test if clip.category in categories]
    if not found:
        listed = ", ".join(categories)
        raise ExperimentError(
            f"{clips.folder}: no test clip of {listed}; name one with --clip"
        )
    return found
