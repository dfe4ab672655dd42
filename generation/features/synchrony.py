"""See what an encoder of one's own learned, on the clips that were held out."""

from collections.abc import Sequence
from dataclasses import dataclass

from generation.features.hearing import correlation, frame_levels, mean_of
from generation.features.own import OwnEncoder
from generation.features.taught import TaughtClips


@dataclass(frozen=True, slots=True)
class SyncRow:
    """How well the loudness expected of held-out pictures follows the loudness heard.

    `own` is the mean correlation over time with the clip's own sound, `other` that with
    the sounds of other held-out clips of its category (None: not defined).
    """

    category: str
    clips: int
    own: float | None
    other: float | None


@dataclass(frozen=True, slots=True)
class SyncCheck:
    """Rows by category, and all clips together."""

    rows: tuple[SyncRow, ...]
    all: SyncRow

    def __str__(self) -> str:
        lines = [f"{'Category':<16} {'Clips':>5} {'Own':>6} {'Others':>6}"]
        lines += [
            f"{row.category:<16} {row.clips:>5} {_told(row.own)} {_told(row.other)}"
            for row in (*self.rows, self.all)
        ]
        return "\n".join(lines) + "\n"


def sync_check(encoder: OwnEncoder, clips: TaughtClips) -> SyncCheck:
    """Hold what the encoder expects of the held-out clips against what they sound like.

    Correlations with other clips' sounds of the same category show what agreement
    comes about without any synchrony.
    """
    rows = []
    every: list[tuple[float | None, float | None]] = []
    for category in sorted({clip.category for clip in clips.test}):
        names = sorted(c.clip for c in clips.test if c.category == category)
        expected = [encoder.tell(clips.pictures(name))[:, 0] for name in names]
        heard = [frame_levels(clips.tokens(name))[:, 0] for name in names]
        pairs = [
            (
                correlation(series, heard[i]),
                mean_of(
                    [correlation(series, h) for j, h in enumerate(heard) if j != i]
                ),
            )
            for i, series in enumerate(expected)
        ]
        rows.append(_row(category, pairs))
        every += pairs
    return SyncCheck(tuple(rows), _row("All", every))


def _row(category: str, pairs: Sequence[tuple[float | None, float | None]]) -> SyncRow:
    own, other = mean_of([p[0] for p in pairs]), mean_of([p[1] for p in pairs])
    return SyncRow(category, len(pairs), own, other)


def _told(value: float | None) -> str:
    return f"{'-':>6}" if value is None else f"{value:>6.2f}"
