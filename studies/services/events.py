"""The study's log, for people to read."""

from typing import Any

from studies.models import Event, Study


def note(study: Study, kind: str, message: str, **data: Any) -> Event:
    """Write one line into the study's log."""
    return Event.objects.create(study=study, kind=kind, message=message, data=data)


def note_once(study: Study, kind: str, message: str) -> None:
    """Write a line unless the last one of its kind says the same.

    For what every advance finds anew until a person does something about it.
    """
    last = study.events.filter(kind=kind).first()
    if last is None or last.message != message:
        note(study, kind, message)
