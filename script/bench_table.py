"""One table of what the benches measured: figure, goal, verdict.

    python script/bench_table.py FILE      (the benches' output, one after the other)

Ends with 1 when a goal was missed.
"""

import re
import sys
from pathlib import Path

WIDTH = 52
RATIO = re.compile(r"^ratio +([\d.]+) +([\d.]+)")


def line(
    what: str, value: float, unit: str, goal: float | None, *, at_least: bool = False
) -> str:
    """Return one line of the table."""
    shown = f"{what:<{WIDTH}} {value:>9.{1 if value >= 10 else 3}f} {unit:<3}"
    if goal is None:
        return shown.rstrip()
    met = value >= goal if at_least else value <= goal
    sign = "at least" if at_least else "at most"
    return f"{shown} {f'{sign} {goal:g}':<14} {'met' if met else 'MISSED'}"


def table(output: str) -> list[str]:
    """Return the lines of the table, from all that the benches printed."""
    rows = []
    for said in output.splitlines():
        if found := RATIO.match(said):
            for clock, ratio in zip(("wall", "CPU"), found.groups(), strict=True):
                what = f"building stimuli, in {clock} times of bare ffmpeg"
                rows.append(line(what, float(ratio), "x", 1.2))
        elif said[WIDTH:].strip()[:1].isdigit() and "  " in said:
            rows.append(said)
    return rows


def main() -> int:
    rows = table(Path(sys.argv[1]).read_text())
    print(f"{'':<{WIDTH}} {'figure':>9}     {'goal':<14} verdict")
    print("\n".join(rows))
    return int(any(" MISSED" in row for row in rows))


if __name__ == "__main__":
    sys.exit(main())
