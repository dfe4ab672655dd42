"""Table 1 of the paper: how well each method predicts sound, in training and test.

The paper gives no unit; nats and bits stand side by side here.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from generation.experiments.scoring import HeardClip, Scorer, batches
from generation.experiments.tables import columns

AVERAGE = "Average"


@dataclass(frozen=True, slots=True)
class LossRow:
    """Mean cross-entropy a sample of one method on one part of one category."""

    method: str
    category: str
    part: str
    nats: float
    clips: int
    samples: int

    @property
    def bits(self) -> float:
        """The same in bits."""
        return self.nats / log(2)


def loss_rows(
    method: str,
    part: str,
    scorer: Scorer,
    clips: Sequence[HeardClip],
    *,
    batch: int = 8,
) -> tuple[LossRow, ...]:
    """Score `clips`, `batch` at once: a row for each category, means over its samples.

    Raises ValueError when a scorer returns no finite number: the net has diverged.
    """
    nats, samples = np.zeros(len(clips)), np.zeros(len(clips), dtype=np.int64)
    for places, tokens, features, lengths in batches(clips, batch):
        nats[places], samples[places] = scorer.score(tokens, features, lengths)
    if not np.isfinite(nats).all():
        lost = clips[int(np.flatnonzero(~np.isfinite(nats))[0])].name
        raise ValueError(f"{method}: no finite likelihood of {lost}; train it anew")
    rows = []
    for category in dict.fromkeys(clip.category for clip in clips):
        own = [at for at, clip in enumerate(clips) if clip.category == category]
        count = int(samples[own].sum())
        mean = float(nats[own].sum() / count)
        rows.append(LossRow(method, category, part, mean, len(own), count))
    return tuple(rows)


def loss_table(rows: Iterable[LossRow]) -> tuple[LossRow, ...]:
    """The rows, and for each method and part their average over categories.

    Categories count alike. Raises ValueError for two rows of one cell.
    """
    given = tuple(rows)
    cells = [(row.method, row.category, row.part) for row in given]
    for cell in cells:
        if cells.count(cell) > 1:
            raise ValueError(f"{', '.join(cell)}: two losses; give one checkpoint")
    averages = []
    for method, part in dict.fromkeys((row.method, row.part) for row in given):
        own = [row for row in given if (row.method, row.part) == (method, part)]
        averages.append(
            LossRow(
                method,
                AVERAGE,
                part,
                float(np.mean([row.nats for row in own])),
                sum(row.clips for row in own),
                sum(row.samples for row in own),
            )
        )
    return (*given, *averages)


def losses_as_text(table: Sequence[LossRow]) -> str:
    """Categories down, methods and parts across: nats (bits)."""
    heads = list(dict.fromkeys((row.method, row.part) for row in table))
    found = {(row.category, row.method, row.part): row for row in table}
    lines = [("category", "clips", *(f"{method} {part}" for method, part in heads))]
    for category in dict.fromkeys(row.category for row in table):
        own = [found.get((category, *head)) for head in heads]
        clips = "/".join(dict.fromkeys(str(row.clips) for row in own if row))
        lines.append((category, clips, *(_cell(row) for row in own)))
    unit = "Cross-entropy a sample: nats (bits). 256 equal levels cost 5.545 (8)."
    return f"{columns(lines)}\n\n{unit}\n"


def losses_as_csv(table: Sequence[LossRow], *, note: str = "") -> str:
    """One line per method, category and part; each ends with `note`."""
    target = io.StringIO()
    out = csv.writer(target, lineterminator="\n")
    numbers = ["nats", "bits", "clips", "samples"]
    out.writerow(["method", "category", "part", *numbers, "note"])
    for row in table:
        start = [row.method, row.category, row.part]
        nats, bits = repr(row.nats), repr(row.bits)
        out.writerow([*start, nats, bits, row.clips, row.samples, note])
    return target.getvalue()


def _cell(row: LossRow | None) -> str:
    return "-" if row is None else f"{row.nats:.4f} ({row.bits:.4f})"
