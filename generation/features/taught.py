"""What the encoder's training asks of prepared clips; a ClipSet answers it."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class TaughtFacts(Protocol):
    """What is asked of a clip's facts."""

    @property
    def is_demo(self) -> bool:
        """Whether it was made to try with."""
        ...


class TaughtClip(Protocol):
    """A clip as the encoder's training knows it."""

    @property
    def clip(self) -> str:
        """Its name."""
        ...

    @property
    def category(self) -> str:
        """Its category."""
        ...

    @property
    def facts(self) -> TaughtFacts:
        """More about it."""
        ...


class TaughtClips(Protocol):
    """Prepared clips: a ClipSet is one."""

    @property
    def train(self) -> Sequence[TaughtClip]:
        """The clips to train on."""
        ...

    def tokens(self, name: str) -> NDArray[np.uint8]:
        """The sound: (1024 m,), uint8."""
        ...

    def pictures(self, name: str) -> NDArray[np.uint8]:
        """The pictures: (m, 3, height, width), uint8."""
        ...
