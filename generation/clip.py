"""The record that crosses border 1: one sound made for one clip."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

REAL = "real"
"""The reserved system: the clip's own sound. Compared without regard to case."""


DEMO = "demo"
"""A note that begins so, in any case, says that the clip was made to try with."""


def demo_told(*, is_demo: bool, is_stub: bool = False, whose: str = "") -> list[str]:
    """Say what demo clips and stub features make of a result: a line, or none.

    whose: the name of what they made it of, where a line beside it is another's.
    """
    tried = ["demo clips"] if is_demo else []
    tried += ["stub features"] if is_stub else []
    if not tried:
        return []
    name = f"{whose}: " if whose else ""
    return [f"{DEMO.upper()}: {name}of {' and '.join(tried)}, for trying only."]


FLAG = "flagged: "
"""Begins the parts of a note, between semicolons, that say what is wrong with it."""


def category_key(name: str) -> str:
    """What spellings of one category share: `Rail_transport` is `rail transport`."""
    plain = re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFC", name)).strip()
    return unicodedata.normalize("NFC", plain.casefold()) or name


@dataclass(frozen=True, slots=True)
class ClipRecord:
    """One row of a manifest: what one system made for one source clip.

    `path` is absolute once read; `row` is the row's number in the manifest file
    (the first data row of a CSV is 2, the first line of a JSON lines file is 1).
    """

    clip: str
    category: str
    system: str
    path: Path
    row: int = 0
    seed: int | None = None
    checkpoint: str = ""
    note: str = ""

    @property
    def is_real(self) -> bool:
        """Whether this row is the control."""
        return self.system.casefold() == REAL

    @property
    def is_demo(self) -> bool:
        """Whether it is for trying only, to be labelled wherever it shows."""
        return self.note.casefold().startswith(DEMO)

    @property
    def flags(self) -> tuple[str, ...]:
        """What whoever made it found wrong with it."""
        parts = self.note.split("; ")
        return tuple(p.removeprefix(FLAG) for p in parts if p.startswith(FLAG))
