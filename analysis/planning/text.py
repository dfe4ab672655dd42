"""A plan as text for a terminal, and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from analysis.tables import percent
from analysis.votes import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.planning.record import Plan, PlanInput, Requirement

WIDTH = 88
DASH = "\N{EN DASH}"


def plan_json(plan: Plan) -> str:
    """Return a plan as a JSON object, shares as fractions, dollars as text."""
    document: dict[str, Any] = {"schema": 1, **asdict(plan)}
    for entry, expected in zip(document["expected"], plan.expected, strict=True):
        entry["half_width"] = expected.half_width
    document["asked"] |= {
        "clips": plan.asked.clips,
        "votes": plan.asked.votes,
        "methods": plan.asked.methods,
    }
    return json.dumps(document, indent=2, ensure_ascii=False, default=_plain) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    message = f"{value!r} has no place in JSON"
    raise TypeError(message)


def plan_text(plan: Plan) -> str:
    """Return a plan as aligned text, the verdicts and their grounds last."""
    blocks = [
        _size(plan),
        _expected(plan),
        _detectable(plan),
        _wanted(plan),
        _powers(plan),
        ["Verdict", *_bullets(plan.verdicts)] if plan.verdicts else [],
        _bullets(plan.notes),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _size(plan: Plan) -> list[str]:
    asked = plan.asked
    number = len(asked.categories)
    categories = "1 category" if number == 1 else f"{number:,} categories"
    cap = "one vote per clip" if asked.cap is None else counted(asked.cap, "vote")
    material = (
        f"{counted(asked.clips, 'clip')} in {categories}, {', '.join(asked.methods)}, "
        f"{counted(asked.votes_per_item, 'vote')} per item: "
        f"{counted(asked.votes, 'vote')}"
    )
    if asked.gaps:
        all_items = asked.clips * len(asked.methods)
        material += f" on {asked.items:,} of {counted(all_items, 'item')}"
    people = (
        f"{counted(asked.raters, 'rater')} with at most {cap} each, "
        f"{plan.mean_load:.1f} on average; the rater of a vote drawn at random gives "
        f"{plan.effective_load:.1f}"
    )
    lines = [material, people]
    for recruiter, usd in plan.costs:
        over = asked.budget_usd is not None and usd > asked.budget_usd
        beyond = f", above the budget of ${asked.budget_usd:,.2f}" if over else ""
        lines.append(f"${usd:,.2f} by {recruiter}, rewards and fees{beyond}")
    return [part for line in lines for part in wrap(line, WIDTH)]


def _expected(plan: Plan) -> list[str]:
    level = f"{100 * (1 - plan.asked.alpha):g}%"
    rows = [
        (
            each.row if each.row == "Average" else "one category",
            each.method,
            _percent(each.rate),
            f"{each.votes:,}",
            f"{each.inflation:.2f}",
            f"[{_percent(each.low)}, {_percent(each.high)}]",
            _percent(each.half_width),
        )
        for each in plan.expected
    ]
    head = ("row", "method", "rate", "votes", "inflation", "interval", "half")
    title = f"Expected {level} intervals, in percent (two-way clustered, logit)"
    return [title, *_table(head, rows, words=2)]


def _detectable(plan: Plan) -> list[str]:
    rows = [
        (
            each.kind,
            str(each.comparisons),
            _points(each.alone),
            _points(each.corrected),
        )
        for each in plan.detectable
    ]
    title = f"Smallest difference found with {plan.asked.power:.0%} power, in points"
    head = ("comparison", "tests", "one test", "after Holm")
    return [title, *_table(head, rows, words=1)]


def _wanted(plan: Plan) -> list[str]:
    asked = plan.asked
    title = (
        f"To find {_points(asked.difference)} points with {asked.power:.0%} power "
        "after Holm"
    )
    head = ["comparison", "power now", "clips", "votes", "raters"]
    head += ["cost"] if asked.prices else []
    head += ["or votes/item", "or cap"]
    rows = [_requirement(each, asked) for each in plan.wanted]
    return [title, *_table(head, rows, words=1)] if rows else []


def _requirement(each: Requirement, asked: PlanInput) -> list[str]:
    cheapest = min((usd for _, usd in each.costs), default=None)
    cost = DASH if cheapest is None else f"${cheapest:,.2f}"
    return [
        each.kind,
        _whole(each.power),
        _number(each.clips),
        _number(each.votes),
        _number(each.raters),
        *([cost] if asked.prices else []),
        _number(each.votes_per_item),
        _number(each.cap),
    ]


def _powers(plan: Plan) -> list[str]:
    if not plan.powers:
        return []
    head = ["comparison", "kind", "points", "formula"]
    rows = [
        [
            f"{each.one} vs {each.other}",
            each.kind,
            f"{'-' if each.difference < 0 else '+'}{_percent(abs(each.difference))}",
            _whole(each.closed_form),
        ]
        for each in plan.powers
    ]
    title = "Power for the expected differences after Holm"
    if plan.studies:
        head += ["simulated", "error"]
        for row, each in zip(rows, plan.powers, strict=True):
            error = "" if each.se is None else percent(each.se, digits=1)
            row += [DASH if each.simulated is None else _whole(each.simulated), error]
        title += f", simulated {plan.studies:,} times (seed {plan.seed})"
    return [title, *_table(head, rows, words=2)]


def _table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, words: int
) -> list[str]:
    """Return aligned lines; the first `words` columns begin left, the others right."""
    lines = [head, *rows]
    wide = [max(len(line[place]) for line in lines) for place in range(len(head))]
    return [
        "   ".join(
            cell + " " * (size - len(cell))
            if place < words
            else " " * (size - len(cell)) + cell
            for place, (cell, size) in enumerate(zip(line, wide, strict=True))
        ).rstrip()
        for line in lines
    ]


def _bullets(sentences: Sequence[str]) -> list[str]:
    return [
        line
        for sentence in sentences
        for line in wrap(sentence, WIDTH, initial_indent="- ", subsequent_indent="  ")
    ]


def _percent(share: float) -> str:
    return percent(share)


def _whole(share: float) -> str:
    return f"{percent(share, digits=0)}%"


def _points(share: float | None) -> str:
    return DASH if share is None else percent(share, digits=1)


def _number(value: int | None) -> str:
    return DASH if value is None else f"{value:,}"
