"""The command line of ``python -m analysis``: what may be asked, read into options."""

from __future__ import annotations

import argparse
import csv
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from analysis.intervals import KINDS, Kind
from analysis.pairs import pairs_report
from analysis.planning import add_plan_arguments
from analysis.render import STUDY_FORMATS
from analysis.report import EXCLUSIONS, Exclusions, ReportOptions
from analysis.votes import BatchOptions, parse_columns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

    from analysis.pairs import PairsReport
    from analysis.study import Comparisons, StudyRecord

T = TypeVar("T")
CONTROL = "Real"
# the options that a report of pairs has, by their names among the parsed ones
OF_PAIRS = frozenset(
    (
        *("votes", "format", "out", "alpha", "seed", "replicates", "control"),
        *("title", "demo", "category_order", "method_order"),
    )
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the report's options."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description="How often each system's clips are judged real, with intervals, "
        "tests, agreement and figures. PLAN: python -m analysis plan --help.",
    )
    add = parser.add_argument
    add(
        "votes",
        type=Path,
        help="CSV of votes or pairs (gzipped or not), results of an MTurk batch, or an "
        "archive of a study (zip or folder)",
    )
    add("--format", choices=STUDY_FORMATS, default="text", help="default: text")
    add("--out", type=Path, metavar="DIR", help="write everything into this folder")
    add("--brief", action="store_true", help="print the main table alone")
    _add_statistics(parser.add_argument_group("statistics"))
    _add_study(parser.add_argument_group("the study (an archive knows all this)"))
    _add_batch(parser.add_argument_group("MTurk batch files with other names"))
    return parser


def build_plan_parser() -> argparse.ArgumentParser:
    """Return the parser of what follows ``python -m analysis plan``."""
    parser = argparse.ArgumentParser(
        prog="python -m analysis plan",
        description="What a study of a given size can show: expected intervals, "
        "smallest differences, power, and what it takes to decide.",
    )
    add_plan_arguments(parser)
    return parser


def _add_statistics(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--alpha", type=float, default=0.05, help="default: 0.05 (95%% intervals)")
    add("--ci", choices=KINDS, default="twoway", help="interval; default: twoway")
    add("--by", metavar="COLUMN", help="a table for each value of it, as recruiter")
    add(
        "--exclusions",
        choices=EXCLUSIONS,
        default="both",
        help="count votes whose column `used` is 0: on leaves them out, off counts "
        "them, both (default) leaves them out and sets both averages side by side",
    )
    add(
        "--mixed",
        action=argparse.BooleanOptionalAction,
        help="fit the mixed model (default: with --out)",
    )
    add("--compare-paper", action="store_true", help="set Visual to Sound beside it")
    add("--seed", type=int, help="of resampling; default: the study's own, or 0")
    add(
        "--replicates",
        type=positive,
        default=2000,
        help="of the bootstraps; default: 2000",
    )
    add(
        "--no-intervals",
        dest="intervals",
        action="store_false",
        help="percentages only in the main table",
    )


def _add_study(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--control", help="the method that is real; default: Real")
    add("--category-order", metavar="A,B", help="rows that come first")
    add("--method-order", metavar="A,B", help="columns that come first")
    add("--votes-per-item", type=positive, metavar="N", help="votes planned")
    add("--baseline", metavar="METHOD", help="daggers compare with it")
    add("--margin", type=float, metavar="PP", help="equivalence to the control within")
    add("--title", help="title of the table")
    add("--demo", action="store_true", help="label the report as made from demo data")


def _add_batch(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add(
        "--columns",
        type=_argument(parse_columns),
        default={},
        metavar="NAME=COLUMN,...",
        help="e.g. 'category=Input.cat,vote=Answer.q#' (#: the item's number)",
    )
    add("--real", default="", metavar="VALUE", help="the answer that says real")
    add("--keep-rejected", action="store_true", help="votes of rejected work too")


def _argument(read: Callable[[str], T]) -> Callable[[str], T]:
    """Let a reader's ValueError say what is wrong with an option."""

    def reader(text: str) -> T:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return reader


def positive(text: str) -> int:
    """Read a whole number from 1 on, for argparse."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        message = f"{text!r} is not a whole number from 1 on"
        raise argparse.ArgumentTypeError(message)
    return number


def batch_options(options: argparse.Namespace) -> BatchOptions:
    """Return how a batch file's columns are to be read."""
    return BatchOptions(options.columns, options.real, options.keep_rejected)


def report_options(options: argparse.Namespace, *, seed: int) -> ReportOptions:
    """Return how the report is made; ``seed`` is the study's own."""
    mixed = options.out is not None if options.mixed is None else options.mixed
    return ReportOptions(
        interval=cast("Kind", options.ci),
        alpha=options.alpha,
        exclusions=cast("Exclusions", options.exclusions),
        mixed=mixed and not options.brief,
        compare_paper=options.compare_paper,
        seed=seed if options.seed is None else options.seed,
        replicates=options.replicates,
        by=options.by or "",
    )


def pairs_with(options: argparse.Namespace, pairs: pd.DataFrame) -> PairsReport:
    """Return the report of pairs that the options ask for.

    Raises ValueError for an option that pairs do not know or a name they do not have.
    """
    _only_for_votes(options)
    control = options.control or CONTROL
    categories = _names(options.category_order)
    methods = _names(options.method_order)
    shown = {*pairs["left"].astype(str), *pairs["right"].astype(str)}
    _known(categories, {*pairs["category"].astype(str)}, "--category-order")
    _known(methods, {*shown, control}, "--method-order")
    return pairs_report(
        pairs,
        control=control,
        alpha=options.alpha,
        seed=options.seed or 0,
        replicates=options.replicates,
        categories=categories,
        methods=methods,
    )


def _only_for_votes(options: argparse.Namespace) -> None:
    usual = vars(build_parser().parse_args([str(options.votes)]))
    strange = [
        ("--no-" if value is False else "--") + name.replace("_", "-")
        for name, value in vars(options).items()
        if name not in OF_PAIRS and value != usual[name]
    ]
    if strange:
        message = (
            f"{options.votes} holds pairs, for which there is no {', '.join(strange)}: "
            "leave that out"
        )
        raise ValueError(message)


def record_with(
    record: StudyRecord,
    options: argparse.Namespace,
    votes: pd.DataFrame,
    demo_label: str,
) -> StudyRecord:
    """Return the record with what the command line says over it.

    Raises ValueError for a name that the votes do not have.
    """
    control = options.control or record.control
    known = {*votes["method"].astype(str), *record.method_names, control}
    categories = _names(options.category_order)
    methods = _names(options.method_order)
    _known(
        categories,
        {*votes["category"].astype(str), *record.categories},
        "--category-order",
    )
    _known(methods, known, "--method-order")
    _known((options.baseline,) if options.baseline else (), known, "--baseline")
    return replace(
        record,
        title=options.title if options.title is not None else record.title,
        label=demo_label if options.demo else record.label,
        categories=tuple(dict.fromkeys((*categories, *record.categories))),
        method_names=tuple(dict.fromkeys((*methods, *record.method_names))),
        control=control,
        votes_per_item=options.votes_per_item or record.votes_per_item,
        comparisons=_comparisons(record.comparisons, options),
    )


def _comparisons(declared: Comparisons, options: argparse.Namespace) -> Comparisons:
    changed = replace(
        declared,
        baseline=options.baseline or declared.baseline,
        margin_pp=declared.margin_pp if options.margin is None else options.margin,
    )
    if options.margin is not None and not 0 < options.margin < 100:
        message = f"--margin is {options.margin:g}: give percentage points, such as 5"
        raise ValueError(message)
    # what is chosen when the votes are in was not declared before them
    return changed if changed == declared else replace(changed, declared=False)


def _names(text: str | None) -> tuple[str, ...]:
    """Return the names of a list with commas; one with a comma stands in quotes."""
    if text is None:
        return ()
    row = next(csv.reader([text], skipinitialspace=True))
    return tuple(name.strip() for name in row)


def _known(names: Sequence[str], known: set[str], option: str) -> None:
    strange = [name for name in names if name not in known]
    if strange:
        message = (
            f"{option}: no votes on {', '.join(map(repr, strange))}; "
            f"the file has {', '.join(sorted(map(repr, known)))}"
        )
        raise ValueError(message)
