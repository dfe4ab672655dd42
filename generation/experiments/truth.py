"""What is known of demo clips: their onsets, written beside them."""

import json

from generation.clip import ClipRecord


def demo_onsets(row: ClipRecord) -> tuple[float, ...] | None:
    """The onsets in seconds that the clip was made from; None where none are known.

    A category without attacks has no list to compare with: its sounds are detected
    like any other's.
    """
    try:
        facts = json.loads(row.path.with_suffix(".json").read_text(encoding="utf-8"))
        times = tuple(float(time) for time in facts["sound_onsets"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return times or None
