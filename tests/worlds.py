"""Small studies for the tests: rows with or without real media behind them."""

import functools
import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from django.core.files.storage import default_storage

from studies.models import Category, Clip, Posting, Stimulus, Study, System
from studies.recruiters.base import Entry
from studies.services.design import freeze, lay_out, opaque

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SYSTEMS = ("real", "frame", "seq", "flow")


@functools.cache
def tiny_mp4(seconds: float = 0.6, tone_hz: int = 440) -> bytes:
    """A real H.264/AAC file of a moving test picture and a tone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tiny.mp4"
        subprocess.run(
            [
                *("ffmpeg", "-v", "error", "-f", "lavfi"),
                *("-i", f"testsrc=size=160x120:rate=25:duration={seconds}"),
                *("-f", "lavfi", "-i", f"sine={tone_hz}:duration={seconds}"),
                *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
                *("-c:a", "aac", "-ac", "1", "-movflags", "+faststart", str(path)),
            ],
            check=True,
        )
        return path.read_bytes()


@dataclass(frozen=True)
class World:
    """What a study of the tests is made of."""

    slug: str = "tiny"
    categories: int = 3
    clips_per_category: int = 2
    systems: tuple[str, ...] = SYSTEMS
    media: bool = False
    seconds: float = 0.6
    settings: dict[str, object] = field(default_factory=dict)


def built_study(world: World | None = None) -> Study:
    """Return a READY study whose stimuli look built.

    With `world.media` the files really are there (one tiny clip under every name).
    """
    world = world or World()
    study = Study.objects.create(
        slug=world.slug,
        title="A tiny study",
        seed=7,
        reward_usd=Decimal("0.20"),
        state=Study.State.READY,
        **world.settings,
    )
    systems = [
        System.objects.create(study=study, name=name, is_real=name == "real", order=i)
        for i, name in enumerate(world.systems)
    ]
    for c in range(world.categories):
        category = Category.objects.create(study=study, name=f"Category {c}", order=c)
        for k in range(world.clips_per_category):
            order = c * world.clips_per_category + k
            clip = Clip.objects.create(
                study=study, category=category, key=f"clip-{order:02d}", order=order
            )
            for system in systems:
                _stimulus(study, clip, system, Stimulus.Kind.ARM, world)
            _stimulus(study, clip, None, Stimulus.Kind.MUTED, world)
    for row in study.stimuli.filter(kind=Stimulus.Kind.MUTED):
        others = Clip.objects.filter(study=study).exclude(category=row.clip.category)
        if others:
            swap = _stimulus(study, row.clip, None, Stimulus.Kind.SWAP, world)
            swap.sound_clip = others[row.clip.order % len(others)]
            swap.save()
    lay_out(study)
    return study


def drop_sounds(study: Study, system: str, *, keep: int) -> Study:
    """Leave a system's sounds of the first `keep` clips alone; return the study."""
    clips = study.clips.order_by("order").values_list("pk", flat=True)[keep:]
    gone = {"system__name": system, "clip__in": list(clips)}
    study.items.filter(**gone).delete()
    study.stimuli.filter(**gone).delete()
    return study


def _stimulus(
    study: Study, clip: Clip, system: System | None, kind: str, world: World
) -> Stimulus:
    row = Stimulus.objects.create(
        study=study, clip=clip, system=system, kind=kind, source_sha256="0" * 64
    )
    row.file = f"rated/{opaque(study, f'stimulus:{row.pk}')}.mp4"
    row.seconds = world.seconds
    row.sha256 = "1" * 64
    row.built_at = NOW
    row.built_with = "test"
    if world.media:
        path = Path(default_storage.path(row.file))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tiny_mp4(world.seconds))
        row.size_bytes = path.stat().st_size
    row.save()
    return row


def live_study(world: World | None = None, *, places: int = 9) -> Study:
    """Return a LIVE study with one open posting of `places` that no recruiter knows."""
    study = built_study(world)
    freeze(study)
    study.recruiter = "mturk"
    study.state = Study.State.LIVE
    study.launched_at = NOW
    study.save()
    study.channels.create(recruiter="mturk", sessions=places)
    add_posting(study, places=places)
    return study


def add_posting(study: Study, *, places: int = 9) -> Posting:
    """Open another posting of a live study."""
    number = study.postings.count() + 1
    return Posting.objects.create(
        study=study,
        recruiter="mturk",
        number=number,
        places=places,
        told_places=places,
        state=Posting.State.OPEN,
        key=f"posting{study.pk}x{number}",
        token=f"token-{study.pk}-{number}",
        external_id=f"3HIT{study.pk:04d}{number:022d}",
        reward_usd=study.reward_usd,
        fee_usd=Decimal("0.04"),
    )


def entry_of(number: int, *, assignment: str = "") -> Entry:
    """Return how rater `number` comes through the door."""
    return Entry(
        preview=False,
        worker_id=f"AWORKER{number:04d}",
        external_id=assignment or f"3ASSIGNMENT{number:019d}",
        posting_id="3HIT",
        submit_url="http://127.0.0.1:8000/marketplace",
    )
