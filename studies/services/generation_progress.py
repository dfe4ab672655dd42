"""How far a job of sampling is, on its row and beside it."""

import time
from collections.abc import Callable

from django.utils import timezone

from studies.models import GenerationJob
from studies.services.progress import Progress


class JobProgress:
    """Write progress to the job's row, at most once a second; pass it on."""

    def __init__(
        self,
        job: GenerationJob,
        beside: Progress,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pk, self._beside, self._clock = job.pk, beside, clock
        self._label = str(job)
        self._done = 0
        self._written = clock()

    def start(self, total: int, label: str) -> None:
        self._beside.start(total, f"{self._label}: {label}")
        self._done = 0
        self._write(total=total)

    def step(self, n: int = 1) -> None:
        self._beside.step(n)
        self._done += n
        if self._clock() - self._written >= 1:
            self._write()

    def done(self) -> None:
        self._beside.done()
        self._write()

    def _write(self, **more: int) -> None:
        self._written = self._clock()
        GenerationJob.objects.filter(pk=self._pk).update(
            done=self._done, seen_at=timezone.now(), **more
        )
