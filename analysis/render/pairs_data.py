"""A report of pairs for a spreadsheet or another program."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from analysis.render.csv_files import plain_cell
from analysis.render.csv_rows import csv_lines
from analysis.render.json_document import SCHEMA_VERSION
from analysis.render.page import DEMO_LABEL
from analysis.render.report_json import plain
from analysis.report import pairs_methods, pairs_provenance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.pairs import BradleyTerry, PairShare, PairsReport, QuestionReport
    from analysis.render.json_document import JSON

_Cell: TypeAlias = "str | int | float | None"

COLUMNS = (
    "question",
    "category",
    "method",
    "other",
    "chosen",
    "total",
    "workers",
    "source_videos",
    "pct",
    "ci_low",
    "ci_high",
    "p_clustered",
    "p_binomial",
    "adjusted_pct",
    "dprime",
    "dprime_low",
    "dprime_high",
    "dprime_adjusted",
    "interval",
    "note",
)
STRENGTH_COLUMNS = (
    "question",
    "method",
    "chosen",
    "total",
    "strength",
    "se",
    "ci_low",
    "ci_high",
    "share_pct",
    "rank",
    "rank_low",
    "rank_high",
    "note",
)


def shares_csv(report: PairsReport, *, label: str = "") -> str:
    """Return a row for each question, category (averages too) and two methods.

    ``pct`` is the percentage of answers that chose ``method`` over ``other``, with its
    interval: where the other is the control, how often raters were fooled.
    """
    rows = [
        [plain_cell(value) for value in (part.question, *row)]
        for part in report.questions
        for row in _shares(part, label)
    ]
    return csv_lines([COLUMNS, *rows])


def _shares(part: QuestionReport, label: str) -> Iterator[list[_Cell]]:
    for row in part.found:
        low, high = row.fooled_bounds or (None, None)
        adjusted = None if row.adjusted is None else 1 - row.adjusted
        passed = row.votes - row.chosen
        shares = (row.fooled, low, high, adjusted)
        yield _share(row, (row.other, row.one, passed), shares, label)
    for row in part.preferred:
        shares = (row.share, row.low, row.high, row.adjusted)
        yield _share(row, (row.one, row.other, row.chosen), shares, label)


def _share(
    row: PairShare,
    names: tuple[str, str, int],
    shares: tuple[float | None, ...],
    label: str,
) -> list[_Cell]:
    *percentages, adjusted = (
        None if value is None else 100 * value for value in shares
    )
    return [
        row.row,
        *names,
        row.votes,
        row.workers,
        row.videos,
        *percentages,
        row.p_clustered,
        row.p_binomial,
        adjusted,
        row.dprime,
        row.dprime_low,
        row.dprime_high,
        row.dprime_adjusted,
        row.interval,
        "; ".join(filter(None, (label, row.note))),
    ]


def strengths_csv(report: PairsReport, *, label: str = "") -> str:
    """Return a row for each question and method; '' where nothing was compared."""
    rows = [
        [plain_cell(value) for value in row]
        for part in report.questions
        if part.strengths is not None
        for row in _strengths(part.question, part.strengths, label)
    ]
    return csv_lines([STRENGTH_COLUMNS, *rows]) if rows else ""


def _strengths(question: str, found: BradleyTerry, label: str) -> Iterator[list[_Cell]]:
    note = "; ".join(filter(None, (label, *found.notes)))
    for each in found.strengths:
        yield [
            question,
            each.method,
            each.wins,
            each.votes,
            each.strength,
            each.se,
            each.low,
            each.high,
            None if each.share is None else 100 * each.share,
            each.rank,
            each.rank_low,
            each.rank_high,
            note,
        ]


def pairs_document(
    report: PairsReport, *, title: str = "", label: str = ""
) -> dict[str, JSON]:
    """Return everything a report of pairs knows as plain values.

    Shares are in [0, 1]: in ``found`` of answers that chose ``one``, the control, with
    ``fooled`` the rest; in ``preferred`` of answers that chose ``one``.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "pairs",
        "title": title,
        "demo": label == DEMO_LABEL,
        "label": label or None,
        "alpha": report.alpha,
        "votes": report.votes,
        "items": report.items,
        "raters": report.raters,
        "source_videos": report.videos,
        "control": report.control,
        "categories": list(report.categories),
        "methods": list(report.methods),
        "questions": [_question(part) for part in report.questions],
        "notes": list(report.notes),
        "methods_paragraph": pairs_methods(report),
        "provenance": dict(pairs_provenance(report)),
    }


def _question(part: QuestionReport) -> dict[str, JSON]:
    return {
        "question": part.question,
        "found": [_document(row, found=True) for row in part.found],
        "preferred": [_document(row, found=False) for row in part.preferred],
        "sides": plain(part.sides),
        "strengths": plain(part.strengths),
        "notes": list(part.notes),
    }


def _document(row: PairShare, *, found: bool) -> dict[str, JSON]:
    document = plain(row)
    assert isinstance(document, dict)
    document["adjusted"] = plain(row.adjusted)
    if found:
        low, high = row.fooled_bounds or (None, None)
        fooled = {"fooled": row.fooled, "fooled_low": low, "fooled_high": high}
        document |= {name: plain(value) for name, value in fooled.items()}
    return document
