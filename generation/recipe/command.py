"""`python -m generation recipe`: its options."""

import argparse
import sys
from pathlib import Path

import torch

from generation.arguments.numbers import at_least
from generation.nets import PRESETS, widths
from generation.recipe.steps import Recipe, cook
from generation.sample.command import Bar


def add_recipe_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to a parser."""
    default = Recipe(out=Path())
    add = parser.add_argument
    add("out", type=Path, help="folder to write to; goes on where it was broken off")
    add(
        "--per-category",
        type=int,
        default=default.per_category,
        metavar="N",
        help="demo clips of each of the ten categories, 2 to 1000",
    )
    add(
        "--test",
        type=int,
        default=default.test,
        metavar="N",
        help="of them, held out and sampled, from 1",
    )
    add(
        "--preset",
        choices=tuple(PRESETS),
        default=default.preset,
        help=f"width of the nets: {widths()}",
    )
    add(
        "--epochs",
        type=int,
        default=default.epochs,
        metavar="N",
        help="passes of each net over the training clips, from 1",
    )
    add(
        "--encoder-steps",
        type=int,
        default=default.encoder_steps,
        metavar="N",
        help="steps in which the encoder of pictures learns, from 1",
    )
    add(
        "--batch",
        type=int,
        default=default.batch,
        metavar="N",
        help="clips side by side in training, from 1",
    )
    add("--seed", type=int, default=default.seed, help="of everything drawn, 0 or more")
    add(
        "--threads",
        type=at_least(1),
        metavar="N",
        help="CPU threads (default: torch decides)",
    )


def run_recipe(options: argparse.Namespace) -> int:
    """Go the whole way; prints the manifest that `manage.py ingest` takes."""
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    recipe = Recipe(
        out=options.out,
        per_category=options.per_category,
        test=options.test,
        preset=options.preset,
        epochs=options.epochs,
        encoder_steps=options.encoder_steps,
        batch=options.batch,
        seed=options.seed,
    )
    manifest = cook(recipe, progress=Bar(), tell=_say)
    sys.stdout.write(f"{manifest}\n")
    return 0


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
