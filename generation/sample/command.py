"""`python -m generation sample`: its options, and what it prints."""

import argparse
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from generation.fast import AUTO, ENGINES
from generation.files import require_folder
from generation.nets import METHODS
from generation.sample.engines import DEVICES, DTYPES
from generation.sample.record import Sampling
from generation.sample.run import sample
from generation.sample.table import report
from generation.sample.trained import only_checkpoint


def add_sample_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command to a parser."""
    parser.add_argument(
        "--run", type=Path, required=True, help="a training run's folder, or a file"
    )
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="a prepared folder, or a manifest of real clips",
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument(
        "--split",
        choices=["test", "all"],
        default="test",
        help="clips of a prepared folder (a manifest's are all taken)",
    )
    parser.add_argument(
        "--method", choices=METHODS, default="", help="which of several nets"
    )
    parser.add_argument("--category", default="", help="which of several nets")
    parser.add_argument("--system", default="", help="its name (default: the method)")
    parser.add_argument("--study", default="", help="a name written into the records")
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        help="of all draws; each clip has its own, whatever is beside it",
    )
    parser.add_argument(
        "--gain",
        type=float,
        help="what levels are divided by, above 0 (default: the median gain of the "
        "category's training clips)",
    )
    parser.add_argument(
        "--batch", type=int, default=64, help="clips side by side, from 1"
    )
    add_drawing(parser)
    parser.add_argument(
        "--weights",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="weights of the feature source, or folders of them",
    )
    parser.add_argument(
        "--work", type=Path, help="keeps what is decoded (default: OUT/prepared)"
    )
    parser.add_argument(
        "--strict", action="store_true", help="exit with 1 where a sound is flagged"
    )


def add_drawing(parser: argparse.ArgumentParser) -> None:
    """Add the options of how a net's levels are drawn."""
    add = parser.add_argument
    add(
        "--temperature",
        type=float,
        default=1.0,
        help="what logits are divided by, above 0: below 1 likelier levels are drawn "
        "more often",
    )
    add(
        "--engine",
        choices=[AUTO, *ENGINES],
        default=AUTO,
        help="what draws; auto takes the fastest for the device and the net's width",
    )
    add(
        "--device",
        choices=DEVICES,
        default="auto",
        help="where nets compute; auto takes CUDA where there is one",
    )
    add(
        "--dtype",
        choices=["auto", *DTYPES],
        default="auto",
        help="precision; auto takes bf16 on CUDA, fp32 elsewhere",
    )


def run_sample(options: argparse.Namespace) -> int:
    """Run the command; return 0, or 1 with --strict where a sound is flagged.

    Raises SampleError.
    """
    require_folder(options.out)
    asked = Sampling(
        checkpoint=only_checkpoint(
            options.run, method=options.method, category=options.category
        ),
        data=options.data,
        out=options.out,
        split=options.split,
        study=options.study,
        system=options.system,
        seed=options.seed,
        temperature=options.temperature,
        gain=options.gain,
        batch=options.batch,
        engine=options.engine,
        device=options.device,
        dtype=options.dtype,
        work=options.work,
        weights=tuple(options.weights),
    )
    done = sample(asked, progress=Bar())
    sys.stdout.write(f"{report(done)}\n{done.manifest}\n")
    return 1 if options.strict and done.flagged else 0


class Bar:
    """A bar with the time left on standard error; nothing where that is no terminal."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def start(self, total: int, label: str) -> None:
        """Begin a stretch of `total` steps."""
        self.done()
        self._bar = tqdm(
            total=total, desc=label, file=sys.stderr, disable=None, unit_scale=True
        )

    def step(self, n: int = 1) -> None:
        """`n` steps are done."""
        if self._bar is not None:
            self._bar.update(n)

    def done(self) -> None:
        """End the stretch."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
