"""The options of a plan on a command line, and what they print.

Both ``python -m analysis plan`` and ``manage.py plan`` are made of this.
"""

from __future__ import annotations

import argparse
import csv
import math
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from analysis.planning.pilot import learn_from_pilot
from analysis.planning.plan import STUDIES, plan_study
from analysis.planning.record import (
    DEFAULT_COMPONENTS,
    Components,
    PlanInput,
    Price,
    default_rates,
)
from analysis.planning.text import plan_json, plan_text
from analysis.votes import read_votes_or_batch

if TYPE_CHECKING:
    import pandas as pd

    from analysis.planning.power import Progress

PlanFormat = Literal["text", "json"]
CATEGORIES, SYSTEMS, VOTES, CAP = 10, ("Frame", "Seq", "Flow"), 3, 60


def add_plan_arguments(parser: argparse.ArgumentParser, *, site: bool = False) -> None:
    """Add the options of a plan; `site`: a study may give what is left out."""
    add = parser.add_argument
    add("--clips", type=_whole, metavar="N", help="source clips in each category")
    add("--categories", type=_whole, metavar="N", help=f"default: {CATEGORIES}")
    add("--systems", type=_systems, metavar="N|A,B", help="compared, without the real")
    add("--votes", type=_whole, metavar="N", help=f"per item; default: {VOTES}")
    add("--cap", type=_whole, metavar="N", help=f"votes per rater; default: {CAP}")
    add(
        "--raters", type=_whole, metavar="N", help="default: the fewest, all at the cap"
    )
    add(
        "--rates",
        type=_rates,
        metavar="P,P,...",
        help="expected percent judged real, of each system and then of real clips",
    )
    add(
        "--difference",
        type=_points,
        default=0.05,
        metavar="POINTS",
        help="difference to be found, in percentage points; default: 5",
    )
    words = "a study's slug or " if site else ""
    add(
        "--pilot", metavar="FILE", help=f"{words}a CSV of votes: gives rates and spread"
    )
    add(
        "--spread",
        type=_spread,
        metavar="R,C,I",
        help="of raters, clips, items (logit)",
    )
    add("--studies", type=_count, default=STUDIES, metavar="N", help="to simulate")
    add("--seed", type=int, default=0, metavar="N")
    add("--budget", type=_dollars, metavar="USD", help="rewards and fees in all")
    if not site:
        add("--session-usd", type=_dollars, help="what a session costs, with fees")
        add("--session-items", type=_whole, default=10, help="default: 10")
    add("--format", choices=("text", "json"), default="text", help="default: text")


def run_plan(
    options: argparse.Namespace,
    *,
    base: PlanInput | None = None,
    pilot: pd.DataFrame | None = None,
    prices: tuple[Price, ...] = (),
    progress: Progress | None = None,
) -> str:
    """Return the plan that the options ask for, as text or JSON.

    ``base``: a study that gives what the options leave out. ``pilot``: votes in place
    of a file's; ``prices`` in place of the options'. Raises ValueError naming what
    cannot be, VotesError for the pilot's file.
    """
    if pilot is None and options.pilot:
        pilot = read_votes_or_batch(Path(options.pilot)).votes
    asked = plan_input(options, base=base, pilot=pilot, prices=prices)
    plan = plan_study(
        asked, seed=options.seed, studies=options.studies, progress=progress
    )
    return plan_json(plan) if options.format == "json" else plan_text(plan)


def plan_input(
    options: argparse.Namespace,
    *,
    base: PlanInput | None = None,
    pilot: pd.DataFrame | None = None,
    prices: tuple[Price, ...] = (),
) -> PlanInput:
    """Return the study that the options describe, on top of `base`."""
    clips = options.clips or (base.clips_per_category if base else 0)
    if not clips:
        message = "say how large the study is: --clips N (source clips per category)"
        raise ValueError(message)
    systems = options.systems or (base.systems if base else SYSTEMS)
    control = base.control if base else "Real"
    categories = _categories(options, base)
    votes = options.votes or (base.votes_per_item if base else VOTES)
    cap = options.cap or (base.cap if base else CAP)
    components, rates, source = _expectations(options, systems, control, base, pilot)
    layout = base.layout if base else None
    if options.clips or options.categories or options.systems:
        layout = None
    if layout is not None:
        most = len(layout.clips) if cap is None else min(cap, len(layout.clips))
        fewest = layout.fewest_raters(votes, most)
    else:
        methods = len(systems) + (control is not None)
        fewest = fewest_raters(clips * len(categories), methods * votes, cap)
    prices = prices or _prices(options)
    if options.budget is not None and not prices:
        message = "a budget buys nothing without the price of a session: give it too"
        raise ValueError(message)
    return PlanInput(
        clips_per_category=clips,
        categories=categories,
        systems=systems,
        control=control,
        votes_per_item=votes,
        cap=cap,
        raters=options.raters or fewest,
        layout=layout,
        rates=rates,
        rates_source=source,
        components=components,
        difference=options.difference,
        alpha=base.alpha if base else 0.05,
        prices=prices,
        budget_usd=options.budget,
    )


def fewest_raters(clips: int, votes_per_clip: int, cap: int | None) -> int:
    """Return the fewest raters who can give all votes, each meeting a clip once."""
    most = clips if cap is None else min(cap, clips)
    return max(votes_per_clip, math.ceil(clips * votes_per_clip / most))


def _categories(options: argparse.Namespace, base: PlanInput | None) -> tuple[str, ...]:
    if base and options.categories is None:
        return base.categories
    number = options.categories or CATEGORIES
    return tuple(f"Category {place + 1}" for place in range(number))


def _expectations(
    options: argparse.Namespace,
    systems: tuple[str, ...],
    control: str | None,
    base: PlanInput | None,
    pilot: pd.DataFrame | None,
) -> tuple[Components, tuple[float, ...], str]:
    components = base.components if base else DEFAULT_COMPONENTS
    rates, source = default_rates(len(systems), control=control is not None)
    if pilot is not None:
        components, rates, source = learn_from_pilot(pilot, systems, control=control)
    if options.spread:
        components = Components(*options.spread)
    if options.rates:
        rates, source = options.rates, "given"
    return components, rates, source


def _prices(options: argparse.Namespace) -> tuple[Price, ...]:
    if getattr(options, "session_usd", None) is None:
        return ()
    return (Price("the session", options.session_usd, options.session_items),)


def _whole(text: str) -> int:
    if not text.isdecimal() or not int(text):
        message = f"{text!r} is not a whole number from 1 on"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _count(text: str) -> int:
    return 0 if text == "0" else _whole(text)


def _systems(text: str) -> tuple[str, ...]:
    if text.isdecimal():
        number = _whole(text)
        further = (f"System {place + 1}" for place in range(len(SYSTEMS), number))
        return (*SYSTEMS[:number], *further)
    names = next(csv.reader([text], skipinitialspace=True))
    return tuple(name.strip() for name in names if name.strip())


def _numbers(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part.strip().removesuffix("%")) for part in text.split(","))
    except ValueError:
        message = f"{text!r} is not a list of numbers like 69.2,72.6,91.4"
        raise argparse.ArgumentTypeError(message) from None


def _rates(text: str) -> tuple[float, ...]:
    rates = tuple(percent / 100 for percent in _numbers(text))
    if not all(0 < rate < 1 for rate in rates):
        message = f"{text!r}: rates are percentages between 0 and 100"
        raise argparse.ArgumentTypeError(message)
    return rates


def _points(text: str) -> float:
    numbers = _numbers(text)
    if len(numbers) != 1 or not 0 < numbers[0] < 100:
        message = f"{text!r} is not a number of points between 0 and 100"
        raise argparse.ArgumentTypeError(message)
    return numbers[0] / 100


def _spread(text: str) -> tuple[float, ...]:
    numbers = _numbers(text)
    if len(numbers) != 3 or min(numbers) < 0 or not all(map(math.isfinite, numbers)):
        message = f"{text!r}: three numbers from 0 on, as in 0.84,0.52,0.45"
        raise argparse.ArgumentTypeError(message)
    return numbers


def _dollars(text: str) -> Decimal:
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        message = f"{text!r} is not an amount of dollars like 12.50"
        raise argparse.ArgumentTypeError(message)
    return amount
