"""What is known of demo clips: their onsets, written beside them."""

import json
from collections.abc import Sequence
from pathlib import Path

from generation.clip import ClipRecord

DETECTED = "Onsets were detected, not read,"
"""How the note begins that onsets are not those that clips were made from."""


def demo_onsets(row: ClipRecord) -> tuple[float, ...] | None:
    """The onsets that a row's clip was made from, see `onsets_beside`."""
    return onsets_beside(row.path)


def onsets_beside(path: Path) -> tuple[float, ...] | None:
    """The onsets in seconds that a clip was made from; None where none are known.

    A category without attacks has no list to compare with: its sounds are detected
    like any other's.
    """
    return _listed(path) or None


def is_untold(path: Path) -> bool:
    """Whether no list of onsets, not even an empty one, lies beside a clip."""
    return _listed(path) is None


def detected_note(paths: Sequence[Path]) -> tuple[str, ...]:
    """Say of which clips onsets were looked for and not found; nothing for none."""
    if not paths:
        return ()
    clips = "1 clip" if len(paths) == 1 else f"{len(paths)} clips"
    note = (
        f"{DETECTED} of {clips}: no JSON with them beside "
        f"{paths[0]}; where clips were moved, move it with them."
    )
    return (note,)


def _listed(path: Path) -> tuple[float, ...] | None:
    try:
        facts = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        return tuple(float(time) for time in facts["sound_onsets"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
