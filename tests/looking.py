"""Looking at a file once for all tests, for those about what comes after the look."""

import dataclasses
import hashlib
from pathlib import Path

import pytest

from generation.media import MediaFacts, inspect
from studies.services import ingest

SEEN: dict[tuple[str, str], MediaFacts] = {}
"""Files that some test has looked at, by name and contents."""


def look(path: Path) -> MediaFacts:
    """Return what `inspect` does; it really looks at what it has not seen yet."""
    key = path.name, hashlib.sha256(path.read_bytes()).hexdigest()
    if key not in SEEN:
        SEEN[key] = inspect(path)
    return dataclasses.replace(SEEN[key], path=path)


@pytest.fixture
def looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes of the same name are decoded only once when taken in."""
    monkeypatch.setattr(ingest, "inspect", look)
