"""The paper's experiments as commands: measures, losses, retrieval, Figure 3."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from generation.arguments.numbers import at_least
from generation.arguments.progress import bar
from generation.checkpoint import Checkpoint, load_checkpoint
from generation.dataset import ClipSet, load_clips
from generation.experiments import (
    CheckpointScorer,
    HeardClip,
    LossRow,
    Rate,
    add_retrieval,
    as_csv,
    as_json,
    as_text,
    centred,
    demo_onsets,
    evaluate,
    export_folders,
    heard_clips,
    loss_rows,
    loss_table,
    losses_as_csv,
    losses_as_text,
    rates_as_text,
    read_panel,
    read_scores,
    retrieval_rates,
    rows_of,
    score_matrix,
    scores_table,
    waveform_figure,
)
from generation.files import require_folder, write_bytes, write_text
from generation.sample.engines import DEVICES, device_of

FIGURES = (".svg", ".pdf")


def _manifest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("manifest", type=Path, help="real clips and systems' sounds")
    parser.add_argument(
        "--system", action="append", default=[], help="several by repeating it"
    )


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """Add the options of `evaluate`."""
    _manifest(parser)
    add = parser.add_argument
    add("--control", action="append", default=[], help="a system that should do badly")
    add("--truth", action="store_true", help="read demo clips' onsets from their JSON")
    add("--seed", type=at_least(0), default=0, help="of the shuffled pairs")
    add("--csv", type=Path, help="write the table there as well")
    add("--json", type=Path, help="write it as JSON as well")


def run_evaluate(options: argparse.Namespace) -> int:
    """Measure systems against the real sounds, shuffled pairs beside them."""
    found = evaluate(
        rows_of(options.manifest),
        systems=options.system,
        controls=options.control,
        truth=demo_onsets if options.truth else None,
        seed=options.seed,
    )
    # shown first: a file that cannot be written does not lose the work
    sys.stdout.write(as_text(found))
    for path, text in ((options.csv, as_csv), (options.json, as_json)):
        if path is not None:
            write_text(path, text(found))
    return 0


def add_losses(parser: argparse.ArgumentParser) -> None:
    """Add the options of `losses`."""
    _checkpoints(parser)
    parser.add_argument("--part", choices=("train", "test"), action="append")
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
        help="seconds of each sound (0: all of it)",
    )


def run_likelihood(options: argparse.Namespace) -> int:
    """Retrieve each test clip's sound by its likelihood under the video."""
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


def add_waveforms(parser: argparse.ArgumentParser) -> None:
    """Add the options of `waveforms`."""
    _manifest(parser)
    parser.add_argument("--clip", action="append", required=True)
    parser.add_argument("--out", type=Path, required=True, help="without an ending")
    parser.add_argument("--frames", type=int, default=6, help="key frames above each")


def run_waveforms(options: argparse.Namespace) -> int:
    """Draw waveforms under key frames (the paper's Figure 3), SVG and PDF."""
    rows = rows_of(options.manifest)
    figure = waveform_figure(
        [
            read_panel(rows, clip, systems=options.system, frames=options.frames)
            for clip in options.clip
        ]
    )
    given: Path = options.out
    stem = given.with_suffix("") if given.suffix in FIGURES else given
    svg, pdf = (stem.with_name(stem.name + ending) for ending in FIGURES)
    write_text(svg, figure.svg)
    write_bytes(pdf, figure.pdf)
    sys.stdout.write(f"{svg}\n{pdf}\n")
    return 0


def add_retrieval_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `retrieval`."""
    parser.add_argument("manifest", type=Path, help="real clips")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--training", type=Path, help="manifest of the clips to retrieve from"
    )


def run_retrieval(options: argparse.Namespace) -> int:
    """Add the paper's upper bound: sounds retrieved by their own cochleagram."""
    made = add_retrieval(options.manifest, options.out, training=options.training)
    sys.stdout.write(f"{made}\n")
    return 0


def add_export(parser: argparse.ArgumentParser) -> None:
    """Add the options of `export`."""
    _manifest(parser)
    parser.add_argument("--out", type=Path, required=True, help="a new folder")
    parser.add_argument("--seconds", type=float, help="length of all clips")


def run_export(options: argparse.Namespace) -> int:
    """Write folders of sounds and videos of equal length for metric tools outside."""
    require_folder(options.out)
    made = export_folders(
        rows_of(options.manifest),
        options.out,
        systems=options.system,
        seconds=options.seconds,
    )
    sys.stdout.write(f"{options.out}: {len(made)} clips\n")
    return 0


def add_import(parser: argparse.ArgumentParser) -> None:
    """Add the options of `import`."""
    parser.add_argument("files", type=Path, nargs="+", help="CSV or JSON of a tool")
    parser.add_argument("--method", help="of a JSON that names metrics alone")


def run_import(options: argparse.Namespace) -> int:
    """Print the results of metric tools outside, one line each."""
    scores = [
        score
        for path in options.files
        for score in read_scores(path, method=options.method)
    ]
    for (method, metric), value in sorted(scores_table(scores).items()):
        sys.stdout.write(f"{method},{metric},{value:g}\n")
    return 0


def _checkpoints(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("data", type=Path, help="prepared folder")
    add("checkpoints", type=Path, nargs="+", help="best.net of runs")
    add("--limit", type=at_least(0), default=0, help="clips of each category (0: all)")
    add("--seed", type=at_least(0), default=0)
    add("--device", choices=DEVICES, default="cpu")


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
    if not checkpoint.is_provisional:
        return []
    what = "stub features" if checkpoint.features.is_stub else "demo clips"
    return [f"DEMO: {_name_of(checkpoint)}: of {what}, for trying only.\n"]


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
