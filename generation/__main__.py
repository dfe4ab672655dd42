"""`python -m generation`: demo data, training, sampling, experiments, media files."""

import argparse
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import FrameType

from tqdm import tqdm

from generation.baselines import BaselineError, add_baselines
from generation.demoset import render_demoset
from generation.media import MediaError, inspect, judge

# commands that need torch, loaded when they are asked for: module, options, work, help
LATER: dict[str, tuple[str, str, str, str]] = {
    "prepare": (
        "generation.arguments.preparing",
        "add_prepare_arguments",
        "run_prepare",
        "decode a data set once and extract its features",
    ),
    "train": (
        "generation.train",
        "add_train_arguments",
        "run_train",
        "train one net (several GPUs: torchrun -m generation train ...)",
    ),
    "train-all": (
        "generation.train",
        "add_train_all_arguments",
        "run_train_all",
        "train a net for every category and method",
    ),
    "sample": (
        "generation.sample",
        "add_sample_arguments",
        "run_sample",
        "write a net's sounds for clips, and their manifest",
    ),
    "recipe": (
        "generation.recipe",
        "add_recipe_arguments",
        "run_recipe",
        "demo clips, three trained nets and their candidates, in one go",
    ),
    "evaluate": (
        "generation.arguments.experimenting",
        "add_evaluate",
        "run_evaluate",
        "measure systems against the real sounds",
    ),
    "learned": (
        "generation.arguments.learning",
        "add_learned",
        "run_learned",
        "what nets know of held-out clips, beside shuffled pairs and untrained nets",
    ),
    "losses": (
        "generation.arguments.experimenting",
        "add_losses",
        "run_losses",
        "cross-entropies by category and method (Table 1)",
    ),
    "likelihood": (
        "generation.arguments.experimenting",
        "add_likelihood",
        "run_likelihood",
        "retrieve sounds by their likelihood under the video",
    ),
    "retrieval": (
        "generation.arguments.experimenting",
        "add_retrieval_arguments",
        "run_retrieval",
        "the upper bound: sounds retrieved by cochleagram",
    ),
    "waveforms": (
        "generation.arguments.experimenting",
        "add_waveforms",
        "run_waveforms",
        "waveforms under key frames (Figure 3)",
    ),
    "maps": (
        "generation.arguments.looking",
        "add_maps",
        "run_maps",
        "where nets with attention look, over key frames",
    ),
    "export": (
        "generation.arguments.experimenting",
        "add_export",
        "run_export",
        "folders for metric tools outside",
    ),
    "import": (
        "generation.arguments.experimenting",
        "add_import",
        "run_import",
        "results of metric tools outside",
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when all went well, 1 otherwise."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser(given[0] if given else "").parse_args(given)
    try:
        with _told_to_stop():
            return int(options.command(options))
    except (MediaError, BaselineError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; run the same command again to go on", file=sys.stderr)
        return 130


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Take `kill` for Ctrl-C meanwhile: what is half written is removed on the way."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _demoset(options: argparse.Namespace) -> int:
    low, high = options.seconds[0], options.seconds[-1]
    manifest = render_demoset(
        options.out,
        per_category=options.per_category,
        seed=options.seed,
        seconds=(low, high),
        workers=options.workers,
        progress=_bar,
    )
    manifest = add_baselines(manifest, options.out, seed=options.seed)
    print(manifest)
    return 0


def _baselines(options: argparse.Namespace) -> int:
    print(add_baselines(options.manifest, options.out, seed=options.seed))
    return 0


def _inspect(options: argparse.Namespace) -> int:
    fit = [_inspected(path, options.role) for path in options.files]
    return 0 if all(fit) else 1


def _inspected(path: Path, role: str) -> bool:
    try:
        facts = inspect(path)
    except MediaError as error:
        print(f"REJECT  {error}")
        return False
    verdict = judge(facts, role=role)
    word = "REJECT" if verdict.problems else "WARN" if verdict.warnings else "OK"
    size = f"{facts.width}x{facts.height}, {facts.fps:.4g}/s, " if facts.frames else ""
    print(
        f"{word:<7} {path.name}: {size}picture {facts.video_seconds:.2f} s, "
        f"sound {facts.audio_seconds:.2f} s"
    )
    for label, lines in (("problem", verdict.problems), ("warning", verdict.warnings)):
        for line in lines:
            print(f"        {label}: {line}")
    return verdict.is_fit


def _bar(names: Iterator[str], total: int) -> Iterator[str]:
    yield from tqdm(names, total=total, desc="demo clips", unit="clip")


def _parser(wanted: str) -> argparse.ArgumentParser:
    """The parser; of the commands that load torch, only `wanted` has its options."""
    parser = argparse.ArgumentParser(prog="python -m generation", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demoset = commands.add_parser("demoset", help="render synthetic clips to try with")
    demoset.add_argument("out", type=Path, help="folder to write to")
    demoset.add_argument("--per-category", type=int, default=10, metavar="N")
    demoset.add_argument("--seed", type=int, default=0)
    demoset.add_argument(
        "--seconds",
        type=float,
        nargs="+",
        default=[2.0, 4.0],
        help="length of every clip, or the shortest and the longest",
    )
    demoset.add_argument(
        "--workers", type=int, help="processes; one per core unless set"
    )
    demoset.set_defaults(command=_demoset)

    baselines = commands.add_parser("baselines", help="add two simple systems")
    baselines.add_argument("manifest", type=Path)
    baselines.add_argument("--out", type=Path, required=True)
    baselines.add_argument("--seed", type=int, default=0)
    baselines.set_defaults(command=_baselines)

    look = commands.add_parser("inspect", help="decode files and judge them")
    look.add_argument("files", type=Path, nargs="+", metavar="FILE")
    look.add_argument("--role", choices=["real", "generated", "source"], default="real")
    look.set_defaults(command=_inspect)
    for name, (module, options, work, words) in LATER.items():
        later = commands.add_parser(name, help=words)
        if name == wanted:
            loaded = import_module(module)
            getattr(loaded, options)(later)
            later.set_defaults(command=getattr(loaded, work))
    return parser


if __name__ == "__main__":
    sys.exit(main())
