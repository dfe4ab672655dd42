"""What a run ends with: its sounds' quality in a table, the flagged by name."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median

from generation.clip import demo_told
from generation.sample.record import Made, Sampled

_COLUMNS = ("category", "sounds", "flagged", "rms dBFS", "silent", "offset", "clipped")


def quality_table(made: Sequence[Made]) -> str:
    """Medians by category, (offset: the largest), with the count of flagged sounds."""
    names = sorted({one.category for one in made})
    rows = [_row(name, [m for m in made if m.category == name]) for name in names]
    if len(names) > 1:
        rows.append(_row("all", made))
    table = [_COLUMNS, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(_COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )


def report(done: Sampled) -> str:
    """The whole text: what was made and kept, the table, the flagged, the remarks."""
    lines = [quality_table(done.made), *_labels(done.made)]
    if done.flagged:
        lines += ["", f"flagged, listen before anybody judges ({len(done.flagged)}):"]
        lines += [f"  {one.clip}: {'; '.join(one.faults)}" for one in done.flagged]
    lines += [f"note: {remark}" for remark in done.remarks]
    new = len(done.made) - done.kept
    seconds = sum(one.seconds for one in done.made)
    spent = f"({seconds:.1f} s of sound) in {done.wall_seconds:.1f} s"
    made = "1 sound" if new == 1 else f"{new} sounds"
    lines += ["", f"{made} made, {done.kept} kept {spent}"]
    return "\n".join(lines)


def _labels(made: Sequence[Made]) -> list[str]:
    return demo_told(
        # stub features make a sound demo too
        is_demo=any(one.is_demo and not one.is_stub for one in made),
        is_stub=any(one.is_stub for one in made),
    )


def _row(name: str, made: Sequence[Made]) -> tuple[str, ...]:
    return (
        name,
        str(len(made)),
        str(sum(bool(one.faults) for one in made)),
        _middle(made, "rms", "{:.1f}".format),
        _middle(made, "silence", "{:.0%}".format),
        "{:.3f}".format(max((abs(v) for v in _values(made, "offset")), default=0.0)),
        _middle(made, "clipped", "{:.2%}".format),
    )


def _middle(made: Sequence[Made], name: str, shown: Callable[[float], str]) -> str:
    values = list(_values(made, name))
    return shown(median(values)) if values else "-"


def _values(made: Sequence[Made], name: str) -> Iterable[float]:
    return [value for one in made if (value := one.quality.get(name)) is not None]
