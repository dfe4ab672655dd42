"""Progress as a bar on standard error."""

import sys
from typing import Any

from tqdm import tqdm


class Bar:
    """A bar per stretch of work; nothing where standard error is no terminal."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None

    def start(self, total: int, label: str) -> None:
        """Begin a stretch of ``total`` steps."""
        self.done()
        self._bar = tqdm(
            total=total, desc=label, file=sys.stderr, disable=None, leave=False
        )

    def step(self, n: int = 1) -> None:
        """Count ``n`` steps as done."""
        if self._bar is not None:
            self._bar.update(n)

    def done(self) -> None:
        """End the stretch and take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
