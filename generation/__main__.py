"""`python -m generation`: demo data, baselines, a look at media files."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tqdm import tqdm

from generation.baselines import BaselineError, add_baselines
from generation.demoset import render_demoset
from generation.media import MediaError, inspect, judge


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0 when all went well, 1 otherwise."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except (MediaError, BaselineError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped; run the same command again to go on", file=sys.stderr)
        return 130


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


def _parser() -> argparse.ArgumentParser:
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
    return parser


if __name__ == "__main__":
    sys.exit(main())
