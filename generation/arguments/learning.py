"""`python -m generation learned`: what nets know of held-out clips, with controls."""

import argparse
import sys
from functools import partial
from pathlib import Path

from generation.arguments.numbers import at_least
from generation.arguments.progress import above, bar
from generation.checkpoint import Checkpoint
from generation.dataset import ClipSet, load_clips
from generation.experiments import (
    Learned,
    Look,
    learned,
    learned_as_csv,
    learned_as_json,
    learned_as_text,
    onsets_beside,
    require_held_out,
)
from generation.files import write_text
from generation.sample import Sampling, best_of
from generation.sample.command import add_drawing
from generation.sample.engines import device_of, voice_of
from generation.sample.trained import open_checkpoint


def add_learned(parser: argparse.ArgumentParser) -> None:
    """Add the options of `learned`."""
    add = parser.add_argument
    add("data", type=Path, help="prepared folder")
    add("runs", type=Path, nargs="+", help="runs, folders of runs, or checkpoints")
    add(
        "--limit",
        type=at_least(2),
        default=0,
        metavar="N",
        help="clips of each category, drawn with the seed, from 2 (default: all)",
    )
    add(
        "--seed",
        type=at_least(0),
        default=0,
        help="of sounds and shuffled pairs, 0 or more",
    )
    add_drawing(parser)
    add(
        "--detect",
        action="store_true",
        help="find demo clips' onsets in their sound, do not read them",
    )
    add("--csv", type=Path, help="write the table there as well")
    add("--json", type=Path, help="write it as JSON as well")


def run_learned(options: argparse.Namespace) -> int:
    """Print losses and synchrony of nets beside those of both controls."""
    device = device_of(options.device)
    clips = load_clips(options.data)
    opened = [open_checkpoint(path)[0] for run in options.runs for path in best_of(run)]
    given = [(net, clips_of(net, clips)) for net in opened]
    require_held_out(given)
    asked = Sampling(
        checkpoint=options.data,
        data=options.data,
        out=options.data,
        seed=options.seed,
        temperature=options.temperature,
        engine=options.engine,
        dtype=options.dtype,
    )
    look = Look(
        voice=partial(voice_of, asked=asked, device=device),
        device=device,
        waits=above,
        truth=None if options.detect else onsets_beside,
        limit=options.limit,
        seed=options.seed,
    )
    rows = (row for net, own in given for row in learned(net, own, look))
    count = sum(len({clip.category for clip in own.test}) for _, own in given)
    table: list[Learned] = list(bar(rows, count, label="learned", unit="category"))
    sys.stdout.write(learned_as_text(table))
    for path, text in ((options.csv, learned_as_csv), (options.json, learned_as_json)):
        if path is not None:
            write_text(path, text(table))
    return 0


def clips_of(checkpoint: Checkpoint, clips: ClipSet) -> ClipSet:
    """The clips of a net's categories, with the features that it reads."""
    chosen = clips.with_features(checkpoint.features.identity)
    return chosen.only(*checkpoint.data.categories)
