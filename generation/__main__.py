"""`python -m generation`: demo data, training, sampling, experiments, media files."""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from generation.launch import Launched, launched
from generation.stopping import Stopped, stopped_by_kill

# loaded when they are asked for, torch takes seconds: module, options, work, help
COMMANDS: dict[str, tuple[str, str, str, str]] = {
    "demoset": (
        "generation.arguments.making",
        "add_demoset",
        "run_demoset",
        "render synthetic clips to try with",
    ),
    "baselines": (
        "generation.arguments.making",
        "add_baselines_arguments",
        "run_baselines",
        "add two simple systems",
    ),
    "inspect": (
        "generation.arguments.making",
        "add_inspect",
        "run_inspect",
        "decode files and judge them",
    ),
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
        "generation.arguments.scoring",
        "add_losses",
        "run_losses",
        "cross-entropies by category and method (Table 1)",
    ),
    "likelihood": (
        "generation.arguments.scoring",
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


TOGETHER = ("train", "train-all")
"""The commands that several processes, started by torchrun, may run together."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit status.

    0 when all went well, 1 otherwise, 2 for a command given wrongly; as shells have it,
    130 when Ctrl-C stopped it and 143 when `kill` did, be it while it was being loaded.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    wanted = given[0] if given else ""
    this = Launched()
    try:
        with stopped_by_kill():
            this = launched()
            if this.size > 1 and wanted in {*COMMANDS} - {*TOGETHER}:
                return _ended(
                    f"{wanted} is run by one process, and {this.size} were started: "
                    "leave out torchrun, or unset WORLD_SIZE (only "
                    f"{' and '.join(TOGETHER)} share work)",
                    this,
                    status=2,
                    is_alike=True,
                )
            options = _parser(wanted).parse_args(given)
            return int(options.command(options))
    except KeyboardInterrupt as error:
        stopped = error if isinstance(error, Stopped) else Stopped()
        sys.stderr.write(f"{stopped}\n")
        return stopped.status
    except _mendable() as error:
        return _ended(str(error), this)


def _mendable() -> tuple[type[Exception], ...]:
    """What a person can mend, told without a traceback."""
    from generation.media import MediaError

    return MediaError, ValueError, OSError


def _ended(
    message: str, this: Launched, *, status: int = 1, is_alike: bool = False
) -> int:
    """Say why in one line, and whose it is of several processes; return the status.

    With `is_alike` all of them say the same: the first does.
    """
    whose = f"process {this.rank}: " if this.size > 1 and not is_alike else ""
    line = f"error: {whose}{message}"
    if not is_alike or this.rank == 0:
        sys.stderr.write(f"{line}\n")
    _tell_torchrun(line)
    return status


def _tell_torchrun(line: str) -> None:
    """Leave an error where torchrun looks for it, or its own traceback buries ours.

    The form is that of torch.distributed.elastic.multiprocessing.errors; torch itself
    may not be loaded yet. Where it cannot be left, a second line says so: the error
    has been told, and is the one to mend.
    """
    path = os.environ.get("TORCHELASTIC_ERROR_FILE")
    if not path:
        return
    extra = {"py_callstack": line, "timestamp": str(int(time.time()))}
    told = {"message": {"message": line, "extraInfo": extra}}
    try:
        Path(path).write_text(json.dumps(told), encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"torchrun will not show it: {path}: {error.strerror}\n")


class _Help(argparse.HelpFormatter):
    """Help that ends with the default, where there is one and it is not told."""

    def _get_help_string(self, action: argparse.Action) -> str:
        told, default = action.help or "", action.default
        is_flag = not action.option_strings or default is False
        is_none = default in (None, "", [], argparse.SUPPRESS)
        if is_flag or is_none or "(default" in told:
            return told
        return f"{told} (default: %(default)s)"


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong, and where all options are told."""

    def error(self, message: str) -> NoReturn:
        """End with the status 2, without a usage of forty lines above the error."""
        sys.stderr.write(f"error: {message}\n{self.prog} --help tells what there is\n")
        _tell_torchrun(f"error: {message}")
        self.exit(2)

    def _check_value(self, action: argparse.Action, value: object) -> None:
        """Raise ArgumentError for none of the choices, told if but for its case."""
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        meant = [each for each in known if each.lower() == str(value).lower()]
        hint = f" ({meant[0]} is meant?)" if meant else ""
        message = f"no {value!r}{hint}: choose among {', '.join(known)}"
        raise argparse.ArgumentError(action, message)


def _parser(wanted: str) -> argparse.ArgumentParser:
    """The parser; of the commands, only `wanted` has its options."""
    parser = _Parser(prog="python -m generation", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (module, options, work, words) in COMMANDS.items():
        command = commands.add_parser(
            name, help=words, description=words, formatter_class=_Help
        )
        if name == wanted:
            loaded = import_module(module)
            getattr(loaded, options)(command)
            command.set_defaults(command=getattr(loaded, work))
            # what no command takes is told by the parser of all
            parser.prog = command.prog
    return parser


if __name__ == "__main__":
    sys.exit(main())
