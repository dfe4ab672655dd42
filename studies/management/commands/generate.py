"""manage.py generate --study SLUG --run RUN"""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.utils import timezone
from kombu.exceptions import OperationalError

from analysis.votes import counted
from studies import tasks
from studies.errors import StudyError
from studies.management.base import StudyCommand, add_study
from studies.management.progress import Bar
from studies.models import Generation
from studies.selectors import get_study
from studies.services.generate import run_here
from studies.services.generation_jobs import ask
from studies.services.generation_weights import keep_weights
from studies.services.runs import find_run


class Command(StudyCommand):
    help = (
        "Let a training run sound the clips of a study, and take the sounds in. "
        "Clips that have theirs already are left alone."
    )
    go_on = "Run the same command again: what is sampled is kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_study(parser)
        parser.add_argument(
            "--run",
            type=_path,
            required=True,
            help=(
                "A training run's folder, a folder of several, or a checkpoint; or its "
                "name below RUNS_ROOT, as the Generate page lists it."
            ),
        )
        parser.add_argument(
            "--system", default="", help="Its name in the study (default: the method)."
        )
        parser.add_argument(
            "--seed", type=int, help="Decides every sample (default: the study's)."
        )
        parser.add_argument("--temperature", type=float, help="Default: 1.")
        parser.add_argument(
            "--weights",
            type=_path,
            action="append",
            default=[],
            metavar="FILE_OR_FOLDER",
            help=(
                "Weights of the features that the nets read, told by their contents; "
                "kept in RUNS_ROOT/weights for whoever samples. Repeat for several."
            ),
        )
        parser.add_argument(
            "--now",
            action="store_true",
            help="Here and now, with a bar, rather than by the workers of queue gpu.",
        )

    def work(self, **options: Any) -> None:
        study = get_study(options["study"])
        run = find_run(options["run"])
        if options["weights"]:
            for path in keep_weights(run, options["weights"]):
                self.stdout.write(f"weights: {path}")
        generation = ask(
            study,
            run,
            now=timezone.now(),
            system=options["system"],
            seed=options["seed"],
            temperature=options["temperature"],
        )
        if not options["now"]:
            self._queue(generation)
            return
        run_here(generation, progress=Bar())
        generation.refresh_from_db()
        self.stdout.write(f"{study.slug}: {generation.summary}")
        for job in generation.jobs.filter(flagged__gt=0, clips__gt=0):
            sounds = counted(job.clips, "sound")
            self.note(f"warning: {job}: {job.flagged} of {sounds} flagged")
        self.stdout.write(f"Next: python manage.py build --study {study.slug}")

    def _queue(self, generation: Generation) -> None:
        study = generation.study
        if generation.state != Generation.State.WAITING:
            self.stdout.write(f"{study.slug}: this run is at work for it already.")
            return
        try:
            tasks.generate_sounds.delay(generation.pk)
        except OperationalError as error:
            raise StudyError(
                f"the queue of the background worker does not answer: {error}"
            ) from error
        self.stdout.write(
            f"{study.slug}: queued for a worker of the queue gpu (celery -A evalsite "
            "worker --queues gpu --pool solo); the Generate page shows how far it is"
        )


def _path(text: str) -> Path:
    """Read a path, for argparse; that of an unset variable would be this folder."""
    if not text.strip():
        raise ArgumentTypeError("empty; name a file or a folder")
    return Path(text)
