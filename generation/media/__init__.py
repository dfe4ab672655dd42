"""Media: look at files, judge them, render what raters see and hear."""

from generation.media.errors import MediaError, MediaTimeoutError
from generation.media.probe import MediaFacts, inspect
from generation.media.verdict import Verdict, judge

__all__ = [
    "MediaError",
    "MediaFacts",
    "MediaTimeoutError",
    "Verdict",
    "inspect",
    "judge",
]
