"""Throw away a study that nobody has judged yet."""

from django.db import transaction

from studies.errors import WrongStateError
from studies.models import Study
from studies.services.generation_files import forget
from studies.services.media import drop, drop_unused_sources
from studies.services.study_settings import is_editable


def is_removable(study: Study) -> bool:
    """Whether nothing would be lost that a person gave: no session ever began."""
    return is_editable(study) and not study.assignments.exists()


def remove(study: Study) -> None:
    """Delete a draft with its rows, then those of its files that no study shares.

    WrongStateError once it is launched or anybody has judged anything.
    """
    number = study.pk
    with transaction.atomic():
        row = Study.objects.select_for_update().get(pk=study.pk)
        if not is_removable(row):
            raise WrongStateError(
                f"{row.slug} is {row.get_state_display().lower()}: what raters gave "
                "is kept. Close it instead."
            )
        stimuli = row.stimuli.exclude(file="").values_list("file", flat=True)
        sources = row.stimuli.exclude(source_file="")
        rendered = list(stimuli)
        handed_in = list(sources.values_list("source_file", flat=True))
        row.items.all().delete()
        row.stimuli.all().delete()
        row.clips.all().delete()
        row.delete()
    forget(number)
    drop(rendered)
    drop_unused_sources(handed_in)
