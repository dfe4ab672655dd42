"""The study's log, for people to read."""

from typing import Any

from studies.models import Event, Study


def note(study: Study, kind: str, message: str, **data: Any) -> Event:
    """Write one line into the study's log."""
    return Event.objects.create(study=study, kind=kind, message=message, data=data)
