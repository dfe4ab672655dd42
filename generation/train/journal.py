"""What a run says while it goes: log.jsonl, TensorBoard, a bar with the time left."""

import json
import sys
from collections.abc import Callable
from math import log
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from tensorboardX import SummaryWriter  # type: ignore[import-untyped]
from tqdm import tqdm

from generation.files import write_text
from generation.train.trainer import Position, Step

EVERY = 20
"""Steps that share a line of the log."""


class Journal:
    """Writes of a run's steps in its folder; closed by leaving its context.

    `out` is None in a process that does not speak. `total` is how many steps the run
    has at most. Lines of a log that reach beyond `begun` steps, from a run broken off
    after its last state, are dropped.
    """

    def __init__(
        self,
        out: Path | None,
        *,
        begun: int,
        total: int,
        clock: Callable[[], float],
        is_shown: bool,
    ) -> None:
        self._clock, self._last = clock, clock()
        self._sum, self._samples, self._steps = 0.0, 0, 0
        self._tested = ""
        self._file: TextIO | None = None
        if out is not None:
            _shorten(out / "log.jsonl", begun)
            self._file = (out / "log.jsonl").open("a", encoding="utf-8")
            self._events = SummaryWriter(str(out))
        pace = 0.1 if sys.stderr.isatty() else 30.0  # a log need not see each step
        self._bar = tqdm(
            total=total,
            initial=begun,
            desc=f"{out.parent.name}/{out.name}" if out else None,
            unit="step",
            disable=not is_shown or out is None,
            dynamic_ncols=True,
            mininterval=pace,
            maxinterval=max(pace, 10.0),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()
        if self._file is not None:
            self._file.close()
            self._events.close()

    def step(self, step: Step, position: Position) -> None:
        """Note a step done, after which the run stands at `position`."""
        self._sum += step.nats * step.samples
        self._samples += step.samples
        self._steps += 1
        text = f"epoch {position.epoch + 1}, {step.nats:.3f} nats ({step.bits:.3f} bits"
        self._bar.set_postfix_str(f"{text}){self._tested}", refresh=False)
        self._bar.update()
        if self._steps >= EVERY:
            self.flush(step, position)

    def flush(self, step: Step, position: Position) -> None:
        """Write what was noted since the last line."""
        if not self._samples:
            return
        now = self._clock()
        nats = self._sum / self._samples
        values = {"train_nats": nats, "train_bits": nats / log(2)}
        values["gradient_norm"] = step.gradient
        if now > self._last:
            values["samples_per_second"] = self._samples / (now - self._last)
        self._write(position, values)
        self._sum, self._samples, self._steps, self._last = 0.0, 0, 0, now

    def look(self, nats: float, position: Position) -> None:
        """Note a look at the test clips."""
        self._tested = f", test {nats:.3f} nats"
        self._write(position, {"test_nats": nats, "test_bits": nats / log(2)})

    def _write(self, position: Position, values: dict[str, float]) -> None:
        if self._file is None:
            return
        line: dict[str, Any] = {"step": position.step, "epoch": position.epoch}
        self._file.write(json.dumps({**line, **values}) + "\n")
        self._file.flush()
        for name, value in values.items():
            group = "loss" if name.endswith(("_nats", "_bits")) else "run"
            self._events.add_scalar(f"{group}/{name}", value, position.step)


def _shorten(path: Path, steps: int) -> None:
    """Keep the lines of a log up to a step; what is no line of it goes too."""
    if not path.exists():
        return
    kept = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            is_kept = json.loads(line)["step"] <= steps
        except (ValueError, TypeError, LookupError):
            continue  # cut short, or somebody else's
        if is_kept:
            kept.append(line + "\n")
    write_text(path, "".join(kept))
