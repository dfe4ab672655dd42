"""What a study is made of, as it was found: for people to look at."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db.models import Count, Prefetch, Q, QuerySet

from analysis.votes import counted
from studies.errors import StudyError
from studies.models import Clip, Item, Stimulus, Study
from studies.services.media import on_disk


@dataclass(frozen=True, slots=True)
class Contents:
    """Files per category and system; a row's counts stand in the systems' order."""

    systems: tuple[str, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    totals: tuple[int, ...]
    clips: int
    files: int
    incomplete: tuple[str, ...]
    """Clips that lack the file of some system, one line each."""


def contents(study: Study) -> Contents:
    """Count what was ingested."""
    systems = list(study.systems.all())
    arms = Stimulus.objects.arms().filter(study=study)
    found = {
        (category, system): number
        for category, system, number in arms.order_by()
        .values_list("clip__category_id", "system_id")
        .annotate(number=Count("pk"))
    }
    rows = tuple(
        (row.name, tuple(found.get((row.pk, system.pk), 0) for system in systems))
        for row in study.categories.all()
    )
    return Contents(
        systems=tuple(system.name for system in systems),
        rows=rows,
        totals=tuple(map(sum, zip(*(counts for _, counts in rows), strict=True)))
        or (0,) * len(systems),
        clips=study.clips.count(),
        files=sum(found.values()),
        incomplete=tuple(_incomplete(study, [system.name for system in systems])),
    )


def gaps(study: Study) -> list[str]:
    """Say of each system how many clips lack its file; empty where none does."""
    clips = study.clips.count()
    systems = study.systems.annotate(
        arms=Count("stimulus", filter=Q(stimulus__kind=Stimulus.Kind.ARM))
    )
    return [
        f"{counted(clips - row.arms, 'clip')} "
        f"{'lacks' if clips - row.arms == 1 else 'lack'} {row.name}"
        for row in systems.order_by("is_real", "order")
        if row.arms < clips
    ]


def _incomplete(study: Study, systems: list[str]) -> Iterable[str]:
    clips = study.clips.annotate(arms=Count("stimuli__system", distinct=True))
    for clip in clips.filter(arms__lt=len(systems)).prefetch_related(arms_in_order()):
        there = {arm.system.name for arm in clip.stimuli.all() if arm.system}
        lacking = [name for name in systems if name not in there]
        yield f"{clip.key}: nothing from {', '.join(lacking)}"


def arms_in_order() -> "Prefetch[str]":
    """Fetch clips' arms with their systems, the control last, in one query."""
    return Prefetch(
        "stimuli",
        queryset=Stimulus.objects.arms()
        .select_related("system")
        .order_by("system__is_real", "system__order"),
    )


def clips_to_show(study: Study) -> "QuerySet[Clip]":
    """Return the clips with category and arms fetched, in the study's order."""
    return (
        study.clips.select_related("category")
        .prefetch_related(arms_in_order())
        .order_by("order")
    )


def warned(study: Study) -> "QuerySet[Stimulus]":
    """Return the files that were taken with a warning."""
    return (
        Stimulus.objects.arms()
        .filter(study=study)
        .exclude(warnings=[])
        .select_related("clip", "system")
        .order_by("clip__order", "system__order")
    )


def items_to_show(study: Study) -> "QuerySet[Item]":
    """Return the items in the study's order, scored ones first."""
    return study.items.select_related("clip", "category", "system").order_by(
        "-kind", "clip__order", "system__order"
    )


def source_path_or_url(stimulus: Stimulus) -> tuple[str, str]:
    """Return (path, "") for a source on this disk, ("", url) for one in a bucket.

    StudyError where the file is gone.
    """
    name = stimulus.source_file
    if not name or not default_storage.exists(name):
        raise StudyError(f"The source of {stimulus} is no longer there.")
    if on_disk():
        return default_storage.path(name), ""
    return "", str(default_storage.url(name))
