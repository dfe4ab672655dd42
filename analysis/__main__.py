"""``python -m analysis votes.csv``: the table of a file of votes, no database."""

from __future__ import annotations

import argparse
import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, cast

from analysis.intervals import KINDS, Kind
from analysis.render import (
    DEMO_LABEL,
    FORMATS,
    Format,
    render,
    render_split,
    write_report,
    write_split,
)
from analysis.tables import JudgedRealTable, judged_real_table, split_table
from analysis.votes import VotesError, read_votes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

USAGE_ERROR = 2


class Shown(TypedDict):
    """How a table is shown, whichever way it is written."""

    title: str
    label: str
    intervals: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, or write it in all formats; return the exit status.

    Faults of the votes or the options go to standard error with status 2.
    """
    options = _parser().parse_args(arguments)
    try:
        votes = read_votes(options.votes)
        text = _answer(votes, options)
    except (VotesError, ValueError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return USAGE_ERROR
    if isinstance(sys.stdout, io.TextIOWrapper):
        # names in any script, whatever the locale
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(text)
    return 0


def _answer(votes: pd.DataFrame, options: argparse.Namespace) -> str:
    """Return what is printed: the tables, or the names of the files they are in."""
    table = _table(votes, options)
    split = split_table(votes, options.by, whole=table) if options.by else None
    title, label = options.title or "", DEMO_LABEL if options.demo else ""
    shown: Shown = {"title": title, "label": label, "intervals": options.intervals}
    if options.out is not None:
        files = write_report(table, options.out, **shown)
        files += write_split(split, options.out, **shown) if split else []
        return "".join(f"{file}\n" for file in files)
    if split:
        return render_split(split, options.format, **shown)
    return render(table, cast("Format", options.format), **shown)


def _table(votes: pd.DataFrame, options: argparse.Namespace) -> JudgedRealTable:
    categories = _names(options.category_order)
    methods = _names(options.method_order)
    _known(categories, set(votes["category"]), "--category-order")
    _known(methods, {*votes["method"], options.control}, "--method-order")
    return judged_real_table(
        votes,
        categories=categories,
        methods=methods,
        control=options.control,
        alpha=options.alpha,
        votes_per_item=options.votes_per_item,
        interval=cast("Kind", options.ci),
    )


def _names(text: str | None) -> list[str] | None:
    """Return the names of a list with commas; one with a comma stands in quotes."""
    if text is None:
        return None
    return [name.strip() for name in next(csv.reader([text], skipinitialspace=True))]


def _known(names: list[str] | None, known: set[str], option: str) -> None:
    strange = [name for name in names or () if name not in known]
    if strange:
        message = (
            f"{option}: no votes on {', '.join(map(repr, strange))}; "
            f"the file has {', '.join(sorted(map(repr, known)))}"
        )
        raise ValueError(message)


def _votes_per_item(text: str) -> int:
    number = int(text)
    if number < 1:
        message = f"{number} votes per item: at least 1 is needed"
        raise argparse.ArgumentTypeError(message)
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m analysis",
        description="How often each system's clips are judged real.",
    )
    add = parser.add_argument
    add("votes", type=Path, help="CSV of votes, gzipped or not")
    add("--format", choices=FORMATS, default="text", help="default: text")
    add("--out", type=Path, metavar="DIR", help="write all formats into this folder")
    add("--alpha", type=float, default=0.05, help="default: 0.05 (95%% intervals)")
    add("--control", default="Real", help="the method that is real; default: Real")
    add("--ci", choices=KINDS, default="twoway", help="interval; default: twoway")
    add("--by", metavar="COLUMN", help="a table for each value of it, as recruiter")
    add("--category-order", metavar="A,B", help="rows that come first")
    add("--method-order", metavar="A,B", help="columns that come first")
    add("--votes-per-item", type=_votes_per_item, metavar="N", help="votes planned")
    add("--title", help="title of the table")
    add("--demo", action="store_true", help="label the table as made from demo data")
    add(
        "--no-intervals",
        dest="intervals",
        action="store_false",
        help="percentages only",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
