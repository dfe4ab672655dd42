"""Background work: load by id, call a service; the database holds the truth."""

from decimal import Decimal

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from studies.models import Generation, GenerationJob, Upload
from studies.services import (
    channels,
    collect,
    generate,
    generation_storing,
    publish,
    stimuli,
    uploads,
)
from studies.services.background import told
from studies.services.generation_jobs import undone
from studies.services.generation_stops import break_off, left_behind
from studies.services.settle import due_studies


@shared_task
def read_upload(upload_id: int) -> None:
    """Read what somebody handed in into its study."""
    # discarded meanwhile: there is nothing to read any more
    for upload in Upload.objects.filter(pk=upload_id):
        uploads.read(upload, now=timezone.now())


@shared_task
def build_study(study_id: int) -> None:
    """Render a study's stimuli."""
    told(stimuli.build, study_id)


@shared_task
def generate_sounds(generation_id: int) -> None:
    """Cut what was asked of a training run into jobs, and queue them."""
    for generation in Generation.objects.filter(pk=generation_id):
        for job in generate.plan(generation, now=timezone.now()):
            generate_bucket.delay(job)


@shared_task
def generate_bucket(job_id: int) -> None:
    """Sample one category, method and length; the last one has all of it stored."""
    for job in GenerationJob.objects.filter(pk=job_id):
        try:
            is_last = generate.sample_job(job, now=timezone.now())
        except Exception:
            # what the others made is stored none the less
            if not undone(job.generation).exists():
                store_sounds.delay(job.generation_id)
            raise
        if is_last:
            store_sounds.delay(job.generation_id)


# where the sounds lie: on the disk of the machine that sampled
@shared_task
def store_sounds(generation_id: int) -> None:
    """Take in what the jobs of a request made."""
    for generation in Generation.objects.filter(pk=generation_id):
        generation_storing.store(generation, now=timezone.now())


@shared_task
def launch_study(
    study_id: int, recruiters: list[str], confirmed: str | None = None
) -> None:
    """Launch a study, or take up a launch that was stopped."""
    told(
        publish.launch,
        study_id,
        *recruiters,
        confirmed_usd=Decimal(confirmed) if confirmed else None,
    )


@shared_task
def recruit_more(study_id: int, name: str, sessions: int, confirmed: str) -> None:
    """Sell more places of a live study through one recruiter."""
    told(channels.recruit, study_id, name, sessions, confirmed_usd=Decimal(confirmed))


@shared_task
def stop_recruiter(study_id: int, name: str) -> None:
    """Take no more raters through one recruiter."""
    told(channels.stop, study_id, name)


@shared_task
def close_study(study_id: int) -> None:
    """Take no more raters; advance pays and closes."""
    told(publish.close, study_id)
    told(collect.advance, study_id)


@shared_task
def advance_study(study_id: int) -> None:
    """Do for a study whatever is due."""
    told(collect.advance, study_id)


@shared_task
def take_up_what_was_left() -> None:
    """Go on with what dead workers left, or tell that it is broken off."""
    stimuli.resume_dead_builds()
    uploads.read_left_behind(timezone.now())
    break_off(timezone.now())
    waiting, jobs, sampled = left_behind(timezone.now())
    for task, rows in (
        (generate_sounds, waiting),
        (generate_bucket, jobs),
        (store_sounds, sampled),
    ):
        for row in rows:
            task.delay(row)


@shared_task
def advance_all() -> None:
    """Queue whatever is due, each apart: no study holds up another."""
    # a nudge that waited until the next one came is worth nothing
    late = settings.ADVANCE_EVERY_SECONDS
    for study in due_studies():
        advance_study.apply_async((study.pk,), expires=late)
    take_up_what_was_left.apply_async(expires=late)
