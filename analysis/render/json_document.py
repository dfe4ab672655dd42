"""The whole table for another program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeAlias

from analysis.render.page import DEMO_LABEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.render.page import Page
    from analysis.tables import Cell, JudgedRealTable

SCHEMA_VERSION = 1

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


def json_text(page: Page) -> str:
    """Return the document of `json_document` as text, names in their own script."""
    return json_lines(json_document(page))


def json_lines(document: Mapping[str, JSON]) -> str:
    """Return a document with a line for each key and for each entry of its lists.

    So it reads well, and large ones are written by the encoder in C, which an indent
    would switch off.
    """

    def text(value: JSON) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    lines = []
    for name, value in document.items():
        whole = text(value)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            whole = "[\n" + ",\n".join(f"  {text(each)}" for each in value) + "\n ]"
        lines.append(f" {text(name)}: {whole}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def json_document(page: Page) -> dict[str, JSON]:
    """Return everything the table knows as plain values.

    Percentages (pct, ci_low, ci_high, pooled_pct, majority_pct) are in [0, 100],
    standard errors in percentage points; ``pct_text`` is the figure as printed.
    ``schema_version`` changes when a name or meaning does.
    """
    table = page.table
    return {
        "schema_version": SCHEMA_VERSION,
        "title": page.title,
        "demo": page.label == DEMO_LABEL,
        "label": page.label or None,
        "alpha": table.alpha,
        "interval": table.kind,
        "votes": table.votes,
        "items": table.items,
        "raters": table.raters,
        "source_videos": table.videos,
        "control": table.control,
        "categories": list(table.categories),
        "methods": list(table.methods),
        "cells": [
            _cell(cell, best=cell.method in table.best(row))
            for row in table.rows
            for cell in row
        ],
        "average": [
            _cell(cell, best=cell.method in table.best(table.average))
            for cell in table.average
        ],
        "completeness": _completeness(table),
        "caption": list(page.summary()),
        "notes": list(page.remarks()),
        "declared": dict(page.declarations()),
    }


def _cell(cell: Cell, *, best: bool) -> dict[str, JSON]:
    interval = cell.interval
    return {
        "category": cell.category,
        "method": cell.method,
        "judged_real": cell.judged_real,
        "total": cell.total,
        "planned": cell.planned,
        "items": cell.items,
        "workers": cell.workers,
        "source_videos": cell.videos,
        "pct": _number(cell.pct),
        "pct_text": cell.pct,
        "pooled_pct": _number(cell.pooled_pct),
        "majority_pct": _number(cell.majority_pct),
        "ci_low": _points(interval.low) if interval else None,
        "ci_high": _points(interval.high) if interval else None,
        "se_binomial": _points(cell.se_binomial),
        "se_twoway": _points(cell.se_twoway),
        "deff": None if cell.deff is None else round(cell.deff, 6),
        "interval": interval.method if interval else None,
        "best": best,
        "notes": list(cell.notes),
    }


def _completeness(table: JudgedRealTable) -> dict[str, JSON] | None:
    state = table.completeness
    if state is None:
        return None
    return {
        "sentence": state.sentence(),
        "votes": state.votes,
        "planned_votes": state.planned_votes,
        "items": state.items,
        "planned_items": state.planned_items,
        "items_lacking_votes": state.lacking,
        "votes_beyond_plan": state.surplus,
        "items_outside_plan": state.unplanned,
    }


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)


def _points(rate: float | None) -> float | None:
    # twelve digits of a double hold on every machine; six are more than enough
    return None if rate is None else round(rate * 100, 6)
