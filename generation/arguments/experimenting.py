"""Experiments on a manifest as commands: measures, the upper bound, Figure 3."""

import argparse
import sys
from pathlib import Path

from generation.arguments.numbers import at_least
from generation.experiments import (
    add_retrieval,
    as_csv,
    as_json,
    as_text,
    demo_onsets,
    evaluate,
    export_folders,
    read_panel,
    read_scores,
    rows_of,
    scores_table,
    waveform_figure,
)
from generation.files import require_folder, write_bytes, write_text

FIGURES = (".svg", ".pdf")
FORMS = """\
FILE is one of
  NAME.json  {"seq": {"fad": 3.1, "kl": 0.8}, "flow": {...}}
             {"fad": 3.1, "kl": 0.8}, of one method: name it with --method
  other      CSV with the columns method, metric, value, a line each (others are left
             alone), or with the column method and one for each metric, empty where
             there is none; with --method the column method may be missing
Each number is finite and stands once. Printed: method,metric,value, in order."""


def _manifest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("manifest", type=Path, help="real clips and systems' sounds")
    parser.add_argument(
        "--system",
        action="append",
        default=[],
        metavar="NAME",
        help="a system, several by repeating the option (default: all)",
    )


def add_evaluate(parser: argparse.ArgumentParser) -> None:
    """Add the options of `evaluate`."""
    _manifest(parser)
    add = parser.add_argument
    add(
        "--control",
        action="append",
        default=[],
        metavar="NAME",
        help="a system that should do badly, several by repeating the option",
    )
    add(
        "--truth",
        action="store_true",
        help="read clips' onsets from the JSON beside them, as demo clips have, "
        "instead of finding them in the sound",
    )
    add("--seed", type=at_least(0), default=0, help="of shuffled pairs, 0 or more")
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


def add_waveforms(parser: argparse.ArgumentParser) -> None:
    """Add the options of `waveforms`."""
    _manifest(parser)
    add = parser.add_argument
    add(
        "--clip",
        action="append",
        required=True,
        metavar="ID",
        help="a clip of the manifest, several by repeating the option",
    )
    add(
        "--out",
        type=Path,
        required=True,
        metavar="NAME",
        help="the pictures' name; NAME.svg and NAME.pdf are written",
    )
    add(
        "--frames",
        type=at_least(1, most=100),
        default=6,
        help="key frames above each clip, 1 to 100",
    )


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
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument(
        "--training",
        type=Path,
        metavar="MANIFEST",
        help="the clips to retrieve from (default: the others of the manifest)",
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
    parser.add_argument(
        "--seconds",
        type=float,
        help="length of all clips, above 0; shorter ones are left out (default: each "
        "as long as its shortest sound)",
    )


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
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = FORMS
    add = parser.add_argument
    add("files", type=Path, nargs="+", metavar="FILE", help="results, CSV or JSON")
    add("--method", help="whose the results are, where a file does not name it")


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
