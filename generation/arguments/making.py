"""Clips, simple systems and files judged: the commands that need no torch."""

import argparse
import sys
from functools import partial
from pathlib import Path

from generation.arguments.numbers import at_least
from generation.arguments.progress import bar
from generation.baselines import add_baselines
from generation.demoset import render_demoset
from generation.media import MediaError, inspect, judge


def add_demoset(parser: argparse.ArgumentParser) -> None:
    """Add the options of `demoset`."""
    add = parser.add_argument
    add("out", type=Path, help="folder to write to; goes on if begun")
    add(
        "--per-category",
        type=int,
        default=10,
        metavar="N",
        help="clips of each of the ten categories, 1 to 1000",
    )
    add(
        "--seed",
        type=at_least(0),
        default=0,
        help="of pictures and sounds, 0 or more",
    )
    add(
        "--seconds",
        type=float,
        nargs="+",
        default=[2.0, 4.0],
        metavar="S",
        help="length of every clip, or the shortest and the longest, 1 to 60 s "
        "(default: 2 4)",
    )
    add(
        "--workers",
        type=at_least(1),
        metavar="N",
        help="processes, from 1 (default: one per core)",
    )


def run_demoset(options: argparse.Namespace) -> int:
    """Render the demo clips, with the two simple systems; print the manifest."""
    manifest = render_demoset(
        options.out,
        per_category=options.per_category,
        seed=options.seed,
        seconds=(options.seconds[0], options.seconds[-1]),
        workers=options.workers,
        progress=partial(bar, label="demo clips", unit="clip"),
    )
    manifest = add_baselines(manifest, options.out, seed=options.seed)
    sys.stdout.write(f"{manifest}\n")
    return 0


def add_baselines_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `baselines`."""
    add = parser.add_argument
    add("manifest", type=Path, help="real clips")
    add("--out", type=Path, required=True, help="folder to write to")
    add(
        "--seed",
        type=at_least(0),
        default=0,
        help="of the noise and the clips borrowed from, 0 or more",
    )


def run_baselines(options: argparse.Namespace) -> int:
    """Write the two simple systems' sounds; print the manifest."""
    made = add_baselines(options.manifest, options.out, seed=options.seed)
    sys.stdout.write(f"{made}\n")
    return 0


def add_inspect(parser: argparse.ArgumentParser) -> None:
    """Add the options of `inspect`."""
    add = parser.add_argument
    add("files", type=Path, nargs="+", metavar="FILE", help="video or sound files")
    add(
        "--role",
        choices=["real", "generated", "source"],
        default="real",
        help="what they are to be: a real clip, a system's sound or clip, or footage "
        "that clips are cut from",
    )


def run_inspect(options: argparse.Namespace) -> int:
    """Print a verdict on each file; 1 where one is not fit, else 0."""
    fit = [_inspected(path, options.role) for path in options.files]
    return 0 if all(fit) else 1


def _inspected(path: Path, role: str) -> bool:
    try:
        facts = inspect(path)
    except MediaError as error:
        sys.stdout.write(f"REJECT  {error}\n")
        return False
    verdict = judge(facts, role=role)
    word = "REJECT" if verdict.problems else "WARN" if verdict.warnings else "OK"
    size = f"{facts.width}x{facts.height}, {facts.fps:.4g}/s, " if facts.frames else ""
    sys.stdout.write(
        f"{word:<7} {path.name}: {size}picture {facts.video_seconds:.2f} s, "
        f"sound {facts.audio_seconds:.2f} s\n"
    )
    for label, lines in (("problem", verdict.problems), ("warning", verdict.warnings)):
        for line in lines:
            sys.stdout.write(f"        {label}: {line}\n")
    return verdict.is_fit
