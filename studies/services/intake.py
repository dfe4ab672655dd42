"""Files that were looked at into the catalogue's rows, and what to tell about them."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from analysis.votes import counted
from generation.clip import ClipRecord
from generation.manifest import same_name
from generation.media import MediaFacts
from studies.errors import FaultsError, WrongStateError
from studies.models import Category, Clip, Stimulus, Study, System
from studies.services.allocate import lock

SHORT_SECONDS = 0.25
"""A sound that ends this much before its clip's picture is worth telling."""

_MOST_TOLD = 10
_BATCH = 500


@dataclass(frozen=True, slots=True)
class FitFile:
    """A row of a manifest whose file is fit; `name` is the file's, for people."""

    record: ClipRecord
    name: str
    facts: MediaFacts
    warnings: tuple[str, ...]

    def line(self, text: str) -> str:
        """Return `text` about this file as a line of a list."""
        return f"row {self.record.row}, {self.name}: {text}"

    @property
    def source_file(self) -> str:
        """Where the file is kept: by its contents, whatever it was called."""
        return f"sources/{self.facts.sha256[:2]}/{self.facts.sha256}"


def one_line(text: str) -> str:
    """Return `text` with what would break a line or a database written as escapes."""
    return "".join(
        repr(c)[1:-1] if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c
        for c in text
    )


def require_open(study: Study) -> None:
    """Raise WrongStateError where clips can no longer be added."""
    if study.is_import:
        raise WrongStateError(
            f"{study.slug} holds imported votes: use another --study for clips"
        )
    if study.state == Study.State.BUILDING:
        raise WrongStateError(
            f"{study.slug} is being built: wait for it, or if that build was killed "
            "run build once more"
        )
    if study.state not in (Study.State.DRAFT, Study.State.READY):
        raise WrongStateError(
            f"{study.slug} is {study.get_state_display().lower()}: clips can be added "
            "only before the launch; use another --study"
        )


def clashes(study: Study, good: Iterable[FitFile]) -> dict[int, str]:
    """Say by row what contradicts the clips that are stored already."""
    arms = {
        (clip, same_name(system)): sha
        for clip, system, sha in study.stimuli.filter(
            kind=Stimulus.Kind.ARM
        ).values_list("clip__key", "system__name", "source_sha256")
    }
    place = dict(study.clips.values_list("key", "category__name"))
    spelling = {
        "category": _by_sameness(study.categories.values_list("name", flat=True)),
        "system": _by_sameness(study.systems.values_list("name", flat=True)),
    }
    found = {}
    for each in good:
        record = each.record
        sha = arms.get((record.clip, same_name(record.system)), each.facts.sha256)
        if sha != each.facts.sha256:
            text = (
                f"{record.clip} / {record.system} is stored already with other "
                "contents; use another study, or delete that clip first"
            )
        elif place.get(record.clip, record.category) != record.category:
            text = (
                f"{record.clip} is stored already in category {place[record.clip]}, "
                f"not {record.category}; a clip has one"
            )
        else:
            text = _spelt_otherwise(record, spelling)
        if text:
            found[record.row] = text
    return found


def _by_sameness(names: Iterable[str]) -> dict[str, str]:
    return {same_name(name): name for name in names}


def _spelt_otherwise(record: ClipRecord, known: dict[str, dict[str, str]]) -> str:
    for what, name in (("category", record.category), ("system", record.system)):
        stored = known[what].get(same_name(name), name)
        if stored != name:
            return f"{what} {name!r} is stored as {stored!r}; spell it one way"
    return ""


@transaction.atomic
def store(study: Study, title: str, good: Sequence[FitFile]) -> tuple[Study, int]:
    """Write the rows of `good`, whose files are kept; return the study and how many.

    What is stored already stays as it is. Raises FaultsError when another process has
    stored something else meanwhile; nothing is written then.
    """
    if study.pk is None:
        study, _ = Study.objects.get_or_create(
            slug=study.slug, defaults={"title": study.title, "seed": study.seed}
        )
    study = lock(study)
    require_open(study)
    if told := clashes(study, good):
        raise FaultsError(
            f"{study.slug} was changed meanwhile, nothing was stored",
            [
                each.line(told[each.record.row])
                for each in good
                if each.record.row in told
            ],
            storable=len(good) - len(told),
        )
    rows = _new_rows(study, good)
    if rows:
        # the shortest arm decides how all are cut: none of a clip's files stays
        touched = study.stimuli.filter(clip__in={row.clip_id for row in rows})
        touched.update(built_at=None, built_with="")
        Stimulus.objects.bulk_create(rows, batch_size=_BATCH)
        study.state = Study.State.DRAFT
        study.items.all().delete()
    study.title = title or study.title
    study.is_demo = study.is_demo or any(each.record.is_demo for each in good)
    study.save()
    return study, len(rows)


def _new_rows(study: Study, good: Iterable[FitFile]) -> list[Stimulus]:
    categories = {row.name: row for row in study.categories.all()}
    systems = {row.name: row for row in study.systems.all()}
    clips = {row.key: row for row in study.clips.all()}
    arms = set(
        study.stimuli.filter(kind=Stimulus.Kind.ARM).values_list("clip", "system")
    )
    rows = []
    for each in good:
        record = each.record
        if record.category not in categories:
            categories[record.category] = Category.objects.create(
                study=study, name=record.category, order=len(categories)
            )
        if record.clip not in clips:
            clips[record.clip] = Clip.objects.create(
                study=study,
                key=record.clip,
                category=categories[record.category],
                order=len(clips),
            )
        if record.system not in systems:
            systems[record.system] = System.objects.create(
                study=study,
                name=record.system,
                is_real=record.is_real,
                order=len(systems),
            )
        clip, system = clips[record.clip], systems[record.system]
        if (clip.pk, system.pk) not in arms:
            rows.append(_row(study, clip, system, each))
    return rows


def _row(study: Study, clip: Clip, system: System, each: FitFile) -> Stimulus:
    return Stimulus(
        study=study,
        clip=clip,
        system=system,
        kind=Stimulus.Kind.ARM,
        source_name=each.name[-300:],
        source_file=each.source_file,
        source_sha256=each.facts.sha256,
        source_facts=facts_to_store(each.facts),
        warnings=list(each.warnings),
        seed=each.record.seed,
        checkpoint=each.record.checkpoint,
        note=each.record.note,
    )


def facts_to_store(facts: MediaFacts) -> dict[str, object]:
    """Return what later steps and people want to know of a source file."""
    wanted: tuple[tuple[str, Callable[[MediaFacts], object]], ...] = (
        ("container", lambda f: f.container),
        ("video_stream", lambda f: f.video_stream),
        ("video_codec", lambda f: f.video_codec),
        ("width", lambda f: f.width),
        ("height", lambda f: f.height),
        ("fps", lambda f: f.fps),
        ("video_seconds", lambda f: f.video_seconds),
        ("audio_stream", lambda f: f.audio_stream),
        ("audio_codec", lambda f: f.audio_codec),
        ("sample_rate", lambda f: f.sample_rate),
        ("channels", lambda f: f.channels),
        ("audio_seconds", lambda f: f.audio_seconds),
        ("mean_db", lambda f: f.mean_db),
        ("peak_db", lambda f: f.peak_db),
    )
    return {name: read(facts) for name, read in wanted}


def advice(study: Study, good: Sequence[FitFile]) -> list[str]:
    """What a careful person would want to know before raters see these files."""
    told = [
        (each.record.row, each.line(text)) for each in good for text in each.warnings
    ]
    told += _twins(study, good)
    told += _short_arms(good)
    lines = [line for _, line in sorted(told, key=lambda pair: pair[0])]
    return [*lines, *_missing_arms(study, {each.record.clip for each in good})]


def _twins(study: Study, good: Iterable[FitFile]) -> list[tuple[int, str]]:
    """Files that are, byte for byte, stored for another system or clip too."""
    first: dict[str, tuple[str, str]] = {}
    arms = study.stimuli.filter(kind=Stimulus.Kind.ARM).order_by("pk")
    for clip, system, sha in arms.values_list(
        "clip__key", "system__name", "source_sha256"
    ):
        first.setdefault(sha, (clip, system))
    found = []
    for each in good:
        record = each.record
        clip, system = first[each.facts.sha256]
        if (clip, system) != (record.clip, record.system):
            text = f"the very same file as {clip} / {system}: is it the right one?"
            found.append((record.row, each.line(text)))
    return found


def _short_arms(good: Sequence[FitFile]) -> list[tuple[int, str]]:
    shown = {
        each.record.clip: each.facts.video_seconds
        for each in good
        if each.record.is_real
    }
    found = []
    for each in good:
        whole, sound = shown[each.record.clip], each.facts.audio_seconds
        # a file with a picture of its own was told of by its own warning
        if whole - sound > SHORT_SECONDS and not (
            each.facts.video_seconds - sound > SHORT_SECONDS
        ):
            text = (
                f"its sound lasts {sound:.2f} s, the clip {whole:.2f} s: every arm of "
                f"{each.record.clip} is cut to the shortest"
            )
            found.append((each.record.row, each.line(text)))
    return found


def _missing_arms(study: Study, clips: set[str]) -> list[str]:
    """Clips that some system has nothing for: its column then rests on other clips."""
    names = list(study.systems.values_list("name", flat=True))
    held: defaultdict[str, set[str]] = defaultdict(set)
    for clip, system in study.stimuli.filter(kind=Stimulus.Kind.ARM).values_list(
        "clip__key", "system__name"
    ):
        held[clip].add(system)
    lines = [
        f"{clip}: no sound by {', '.join(lacking)}; systems are then compared over "
        "different clips"
        for clip in study.clips.values_list("key", flat=True)
        if clip in clips
        and (lacking := [name for name in names if name not in held[clip]])
    ]
    more = len(lines) - _MOST_TOLD
    rest = f"and {counted(more, 'clip')} more"
    return lines if more <= 0 else [*lines[:_MOST_TOLD], rest]
