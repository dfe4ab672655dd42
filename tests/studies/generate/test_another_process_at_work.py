"""What another process samples at this moment is left to it, and nothing fails."""

from pathlib import Path

import pytest
from django.utils import timezone

from studies import tasks
from studies.errors import StudyError
from studies.models import Generation, GenerationJob, Study
from studies.services import generate
from studies.services.generation_jobs import ask
from studies.services.progress import Silent
from tests.studies.generate.booth import FakeBusyError, FakeSampler

RUN = Path("/runs/r")
SAID = "/data/1: process 7 on gpu-1 works there since noon; wait for it, or end it"


def test_a_worker_leaves_the_job_to_it(study: Study, fake: FakeSampler) -> None:
    fake.stops = [FakeBusyError(SAID)]
    generation = ask(study, RUN, now=timezone.now())
    first, second = generate.plan(generation, now=timezone.now())
    tasks.generate_bucket.delay(first)
    tasks.generate_bucket.delay(second)
    generation.refresh_from_db()
    assert (generation.state, generation.problem) == (Generation.State.SAMPLING, "")
    job = GenerationJob.objects.get(pk=first)
    assert (job.state, job.problem) == (GenerationJob.State.RUNNING, "")
    # the other process is done: it says so, and has all stored
    GenerationJob.objects.filter(pk=first).update(state=GenerationJob.State.PLANNED)
    tasks.generate_bucket.delay(first)
    assert Generation.objects.get().state == Generation.State.DONE


def test_on_the_terminal_it_is_named(study: Study, fake: FakeSampler) -> None:
    fake.stops = [FakeBusyError(SAID)]
    generation = ask(study, RUN, now=timezone.now())
    with pytest.raises(StudyError, match="process 7 on gpu-1 works there"):
        generate.run_here(generation, progress=Silent())
    generation.refresh_from_db()
    assert (generation.state, generation.problem) == (Generation.State.SAMPLING, "")
    generate.run_here(generation, progress=Silent())
    assert Generation.objects.get().state == Generation.State.DONE
