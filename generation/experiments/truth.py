"""What is known of demo clips: their onsets, written beside them."""

import json
from pathlib import Path

from generation.clip import ClipRecord


def demo_onsets(row: ClipRecord) -> tuple[float, ...] | None:
    """The onsets that a row's clip was made from, see `onsets_beside`."""
    return onsets_beside(row.path)


def onsets_beside(path: Path) -> tuple[float, ...] | None:
    """The onsets in seconds that a clip was made from; None where none are known.

    A category without attacks has no list to compare with: its sounds are detected
    like any other's.
    """
    try:
        facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        times = tuple(float(time) for time in facts["sound_onsets"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return times or None
