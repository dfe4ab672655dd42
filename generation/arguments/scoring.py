"""Nets measured by likelihood: Table 1 of the paper, and its retrieval."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from generation.arguments.numbers import at_least
from generation.arguments.progress import bar
from generation.checkpoint import Checkpoint, load_checkpoint
from generation.clip import demo_told
from generation.dataset import ClipSet, load_clips
from generation.experiments import (
    CheckpointScorer,
    ExperimentError,
    HeardClip,
    LossRow,
    Rate,
    centred,
    heard_clips,
    loss_rows,
    loss_table,
    losses_as_csv,
    losses_as_text,
    rates_as_text,
    retrieval_rates,
    score_matrix,
)
from generation.files import write_text
from generation.sample.engines import DEVICES, device_of


def add_losses(parser: argparse.ArgumentParser) -> None:
    """Add the options of `losses`."""
    _checkpoints(parser)
    parser.add_argument(
        "--part",
        choices=("train", "test"),
        action="append",
        help="which clips, both by repeating the option (default: both)",
    )
    parser.add_argument("--csv", type=Path, help="write the table there as well")


def run_losses(options: argparse.Namespace) -> int:
    """Print cross-entropies by category and method (the paper's Table 1)."""
    _require_apart(options.checkpoints)
    rows: list[LossRow] = []
    tried: list[str] = []
    for checkpoint, clips in _opened(options):
        tried += _tried(checkpoint)
        scorer = CheckpointScorer(checkpoint, device=options.device)
        for part in options.part or ("train", "test"):
            heard = heard_clips(clips, part, limit=options.limit, seed=options.seed)
            rows += loss_rows(checkpoint.label, part, scorer, heard)
    table = loss_table(rows)
    sys.stdout.write("".join([losses_as_text(table), *tried]))
    if options.csv is not None:
        note = " ".join(line.strip() for line in tried)
        write_text(options.csv, losses_as_csv(table, note=note))
    return 0


def add_likelihood(parser: argparse.ArgumentParser) -> None:
    """Add the options of `likelihood`."""
    _checkpoints(parser)
    parser.add_argument(
        "--windows",
        type=at_least(0),
        default=0,
        metavar="N",
        help="windows of one second drawn from each sound and scored alone, 0 for "
        "whole sounds: work grows as clips squared",
    )


def run_likelihood(options: argparse.Namespace) -> int:
    """Retrieve each test clip's sound by its likelihood under the video."""
    _require_others(options)
    nets: list[Checkpoint] = []
    raw: list[Sequence[Rate]] = []
    less_mean: list[Sequence[Rate]] = []
    for checkpoint, clips in _opened(options):
        heard: tuple[HeardClip, ...] = heard_clips(
            clips, "test", limit=options.limit, seed=options.seed
        )
        scores = score_matrix(
            CheckpointScorer(checkpoint, device=options.device),
            heard,
            windows=options.windows,
            seed=options.seed,
        )
        categories = [clip.category for clip in heard]
        nets.append(checkpoint)
        raw.append(retrieval_rates(scores, categories))
        less_mean.append(retrieval_rates(centred(scores), categories))
    names = _names(nets)
    for head, rates in (("", raw), ("\nless each sound's mean:\n", less_mean)):
        table = rates_as_text(dict(zip(names, rates, strict=True)))
        sys.stdout.write(f"{head}{table}")
    sys.stdout.write("".join(line for net in nets for line in _tried(net)))
    return 0


def _checkpoints(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("data", type=Path, help="prepared folder")
    add("checkpoints", type=Path, nargs="+", help="best.net of runs")
    add(
        "--limit",
        type=at_least(0),
        default=0,
        metavar="N",
        help="clips of each category, drawn with the seed, 0 for all",
    )
    add("--seed", type=at_least(0), default=0, help="of what is drawn, 0 or more")
    add(
        "--device",
        choices=DEVICES,
        default="cpu",
        help="where nets compute; auto takes CUDA where there is one",
    )


def _names(nets: Sequence[Checkpoint]) -> list[str]:
    """A name for each: its method, or that, its categories and its place."""
    methods = [net.label for net in nets]
    if len(set(methods)) == len(methods):
        return methods
    names = [_name_of(net) for net in nets]
    return [
        name if names.count(name) == 1 else f"{name} ({place})"
        for place, name in enumerate(names, 1)
    ]


def _name_of(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.label}, {'+'.join(checkpoint.data.categories)}"


def _tried(checkpoint: Checkpoint) -> list[str]:
    told = demo_told(
        is_demo=checkpoint.data.is_demo,
        is_stub=checkpoint.features.is_stub,
        whose=_name_of(checkpoint),
    )
    return [f"{line}\n" for line in told]


def _require_apart(paths: Sequence[Path]) -> None:
    """Raise ValueError for two nets of one method and category: one table, one cell."""
    cells: dict[tuple[str, str], Path] = {}
    for path in paths:
        net = load_checkpoint(path)
        for category in net.data.categories:
            twin = cells.setdefault((net.label, category), path)
            if twin is not path:
                raise ValueError(
                    f"{net.label}, {category}: {twin} and {path} would fill "
                    "one cell; give one of them"
                )


def _require_others(options: argparse.Namespace) -> None:
    """Raise ExperimentError for a category of one clip: it would be found always."""
    if options.limit == 1:
        raise ExperimentError("limit 1: nothing to choose among; give 0 (all) or 2")
    clips = load_clips(options.data)
    for path in options.checkpoints:
        own = clips.only(*load_checkpoint(path).data.categories, part="test")
        held = [clip.category for clip in own.clips]
        for category in dict.fromkeys(held):
            if held.count(category) < 2:
                raise ExperimentError(
                    f"{options.data}, {category}: one test clip, whose sound is found "
                    "whatever the net knows; prepare the folder with two or more"
                )


def _opened(options: argparse.Namespace) -> Iterator[tuple[Checkpoint, ClipSet]]:
    """Give out each checkpoint with the clips and features that it was trained on."""
    options.device = device_of(options.device)
    clips = load_clips(options.data)
    for path in options.checkpoints:
        # all of them first: hours may lie between the first and the last
        clips.with_features(load_checkpoint(path).features.identity)
    for path in bar(
        iter(options.checkpoints),
        len(options.checkpoints),
        label="nets",
        unit="net",
    ):
        checkpoint = load_checkpoint(path)
        yield (
            checkpoint,
            clips.with_features(checkpoint.features.identity).only(
                *checkpoint.data.categories
            ),
        )
