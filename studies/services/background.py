"""Long work outside the request: what goes wrong ends on the study, to be read."""

from collections.abc import Callable
from typing import Any

from studies.errors import StudyError
from studies.models import Study
from studies.services.events import note_once


def told(work: Callable[..., Any], study_id: int, *args: Any, **named: Any) -> bool:
    """Do `work` on a study; return whether it went well.

    A StudyError becomes the study's `problem` and a line of its log: nobody stands
    at the worker's terminal. Anything else is a defect and rises.
    """
    study = Study.objects.filter(pk=study_id).first()
    if study is None:
        return False
    try:
        work(study, *args, **named)
    except StudyError as error:
        Study.objects.filter(pk=study_id).update(problem=str(error))
        # once: it is tried again by every advance, for days if need be
        note_once(study, "problem", str(error).partition("\n")[0])
        return False
    return True
