"""How many clips there are and how long they are, as in the paper's figure 1."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from generation.clip import demo_told

BINS = ((2.0, 4.0), (4.0, 6.0), (6.0, 8.0), (8.0, 10.0))
"""Lengths in seconds; the upper end belongs to the last bin only."""

OVER = 0.25
"""By so many seconds a clip may exceed the last bin: coded sound is padded."""

_NAMED = 5


@dataclass(frozen=True, slots=True)
class CategoryLengths:
    """A row: clips, mean length and its standard deviation (n - 1) in seconds.

    `sd` is None for a single clip.
    """

    category: str
    clips: int
    mean: float
    sd: float | None


@dataclass(frozen=True, slots=True)
class LengthBin:
    """Clips from `low` s (included) to `high` s, and their share of all in the bins."""

    low: float
    high: float
    clips: int
    share: float

    @property
    def label(self) -> str:
        """The bin as an interval."""
        end = "]" if self.high == BINS[-1][1] else ")"
        return f"[{self.low:g}, {self.high:g}{end} s"


@dataclass(frozen=True, slots=True)
class LengthStatistics:
    """Rows by category, the four bins, and how many clips fall outside of them.

    `strays` names those, where names are known. With `is_demo` some are demo clips, and
    whatever is printed says so.
    """

    rows: tuple[CategoryLengths, ...]
    bins: tuple[LengthBin, ...] = ()
    outside: int = 0
    strays: tuple[str, ...] = ()
    is_demo: bool = False

    @property
    def clips(self) -> int:
        """All clips."""
        return sum(row.clips for row in self.rows)

    @property
    def mean(self) -> float:
        """The mean length of a clip, in seconds."""
        return self.hours * 3600 / self.clips

    @property
    def hours(self) -> float:
        """How long all clips last together."""
        return fsum(row.clips * row.mean for row in self.rows) / 3600


def statistics(lengths: Iterable[tuple[str, float]]) -> LengthStatistics:
    """Describe clips given as (category, seconds), in any order.

    Raises ValueError when there is none or a length is not above 0.
    """
    by_category: dict[str, list[float]] = {}
    for category, seconds in lengths:
        if not seconds > 0:
            raise ValueError(f"{category}: a clip of {seconds} s; it must be above 0")
        by_category.setdefault(category, []).append(seconds)
    if not by_category:
        raise ValueError("no clip to describe; prepare some first")
    rows = tuple(_row(name, by_category[name]) for name in sorted(by_category))
    everything = [seconds for many in by_category.values() for seconds in many]
    bins = _bins(everything)
    return LengthStatistics(rows, bins, len(everything) - sum(b.clips for b in bins))


def table_text(stats: LengthStatistics) -> str:
    """The figure as a text table."""
    width = max(len("All"), *(len(row.category) for row in stats.rows))
    lines = [f"{'Category':<{width}}  {'Clips':>6}  Length (s)"]
    lines += [
        f"{row.category:<{width}}  {row.clips:>6}  {row.mean:.1f}{_sd(row.sd)}"
        for row in stats.rows
    ]
    lines.append(f"{'All':<{width}}  {stats.clips:>6}  {stats.mean:.2f}")
    lines.append(f"{stats.hours:.2f} hours")
    lines += [f"{b.label:<12} {b.clips:>6}  {100 * b.share:.1f} %" for b in stats.bins]
    if stats.outside:
        named = f"  {_few(stats.strays)}" if stats.strays else ""
        lines.append(f"{'outside':<12} {stats.outside:>6}{named}")
    lines += demo_told(is_demo=stats.is_demo)
    return "\n".join(lines) + "\n"


def table_csv(stats: LengthStatistics) -> str:
    """The rows by category as CSV: category, clips, mean_seconds, sd_seconds, note."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["category", "clips", "mean_seconds", "sd_seconds", "note"])
    note = "demo" if stats.is_demo else ""
    for row in stats.rows:
        sd = "" if row.sd is None else f"{row.sd:.4f}"
        table.writerow([row.category, row.clips, f"{row.mean:.4f}", sd, note])
    return out.getvalue()


def _row(category: str, lengths: Sequence[float]) -> CategoryLengths:
    count = len(lengths)
    mean = fsum(lengths) / count
    spread = fsum((seconds - mean) ** 2 for seconds in lengths)
    sd = sqrt(spread / (count - 1)) if count > 1 else None
    return CategoryLengths(category, count, mean, sd)


def _bins(lengths: Sequence[float]) -> tuple[LengthBin, ...]:
    last = BINS[-1][1]
    counts = [
        sum(low <= s < (high if high < last else last + OVER) for s in lengths)
        for low, high in BINS
    ]
    within = sum(counts)
    return tuple(
        LengthBin(low, high, count, count / within if within else 0.0)
        for (low, high), count in zip(BINS, counts, strict=True)
    )


def is_outside(seconds: float) -> bool:
    """Whether a length is in none of the bins."""
    return not BINS[0][0] <= seconds < BINS[-1][1] + OVER


def _few(names: Sequence[str]) -> str:
    more = f", and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _sd(sd: float | None) -> str:
    return " (one clip)" if sd is None else f" +- {sd:.1f}"
