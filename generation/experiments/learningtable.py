"""What nets have learned, as a table to read, CSV and JSON to compute with."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from generation.checkpoint import twins_told
from generation.experiments.controls import Against
from generation.experiments.evaluation import AVERAGE
from generation.experiments.learning import Learned, averages
from generation.experiments.tables import columns
from generation.experiments.truth import detected_note

LEGEND = """\
nats: cross-entropy a sample of held-out clips. sync: the metric named, of the sounds
made for them. shuffled: the same net, a clip's sound against the other videos of its
category. untrained: the same net before its first step.
p: share of 9,999 random dealings-out at least as good as the true one (one-sided).
own: clips whose sound costs less under their own video than under others on average.
*: beats both controls."""

_HEADS = {"onset_f1": "onset F1", "onset_recall": "onset recall"}
_FIELDS = ("trained", "shuffled", "untrained", "p")


def learned_as_text(rows: Sequence[Learned]) -> str:
    """The table in columns, averages last, with a legend and a count of what beats."""
    head = ("category", "method", "n", "nats", "shuffled", "untrained", "p", "own")
    tail = ("sync", "trained", "shuffled", "untrained", "p")
    lines = [_text_row(row) for row in (*rows, *averages(rows))]
    parts = [columns([(*head, *tail), *lines]), "", LEGEND, "", *_counts(rows)]
    return "\n".join([*parts, *_labels(rows)]) + "\n"


def learned_as_csv(rows: Sequence[Learned]) -> str:
    """One line per category and method; empty where undefined."""
    target = io.StringIO()
    out = csv.writer(target, lineterminator="\n")
    kinds = [f"{what}_{name}" for what in ("nats", "sync") for name in _FIELDS]
    out.writerow(["category", "method", "clips", "preferred", "metric", *kinds, "note"])
    note = " ".join(_labels(rows))
    for row in rows:
        values = [
            "" if (value := getattr(part, name)) is None else repr(value)
            for part in (row.nats, row.sync)
            for name in _FIELDS
        ]
        start = [row.category, row.method, row.clips, row.preferred, row.metric]
        out.writerow([*start, *values, note])
    return target.getvalue()


def learned_as_json(rows: Sequence[Learned]) -> str:
    """All fields, rows in order, and what they must not be taken for."""
    document = {"rows": [asdict(row) for row in rows], "notes": _labels(rows)}
    return json.dumps(document, indent=1) + "\n"


def _text_row(row: Learned) -> tuple[str, ...]:
    return (
        row.category,
        row.method,
        str(row.clips),
        *_against(row.nats, ".4f", is_better=row.is_cheaper),
        f"{row.preferred}/{row.clips}",
        _HEADS.get(row.metric, "envelope r") if row.category != AVERAGE else "mean",
        *_against(row.sync, ".3f", is_better=row.is_in_time),
    )


def _against(found: Against, shape: str, *, is_better: bool) -> tuple[str, ...]:
    cells = [
        "-" if value is None else format(value, shape)
        for value in (found.trained, found.shuffled, found.untrained)
    ]
    p = "-" if found.p is None else f"{found.p:.4f}"
    return (cells[0] + ("*" if is_better else " "), *cells[1:], p)


def _counts(rows: Sequence[Learned]) -> list[str]:
    told = []
    for method in dict.fromkeys(row.method for row in rows):
        own = [row for row in rows if row.method == method]
        cheaper = sum(row.is_cheaper for row in own)
        in_time = sum(row.is_in_time for row in own)
        told.append(
            f"{method}: of {len(own)} categories {cheaper} beat both controls on loss, "
            f"{in_time} on synchrony."
        )
    return told


def _labels(rows: Sequence[Learned]) -> list[str]:
    told = []
    if any(row.is_demo for row in rows):
        told.append("DEMO: synthetic clips; the numbers say nothing about real ones.")
    if any(row.is_stub for row in rows):
        told.append("STUB features, for trying only: they show nothing of a video.")
    told += twins_told((row.method, row.category, row.features) for row in rows)
    untold = dict.fromkeys(path for row in rows for path in row.untold)
    return [*told, *detected_note([Path(path) for path in untold])]
