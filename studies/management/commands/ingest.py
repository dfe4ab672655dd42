"""manage.py ingest MANIFEST --study SLUG --title T"""

import re
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from analysis.votes import counted
from studies.management.base import StudyCommand, add_study
from studies.management.progress import Bar
from studies.services.ingest import ingest

_ALIKE = 3


class Command(StudyCommand):
    help = "Take in the files that a manifest lists (CSV or JSON lines)."
    go_on = "Run the same command again: what is stored is not stored twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("manifest", type=Path)
        add_study(parser)
        parser.add_argument("--title", default="", help="Its name for people.")
        parser.add_argument(
            "--skip-bad",
            action="store_true",
            help="Store the good rows and list those left out.",
        )

        parser.add_argument(
            "--seed",
            type=int,
            help="Decides every random choice of a new study (default: drawn).",
        )

    def work(self, **options: Any) -> None:
        result = ingest(
            options["manifest"],
            slug=options["study"],
            title=options["title"],
            skip_bad=options["skip_bad"],
            seed=options["seed"],
            progress=Bar(),
        )
        for warning in _few_of_each(result.warnings):
            self.note(f"warning: {warning}")
        for row in result.left_out:
            self.note(f"left out: {row}")
        study = result.study
        self.stdout.write(
            f"{study.slug}: {counted(result.stored, 'file')} stored, {result.known} "
            f"known before, {len(result.left_out)} left out, "
            f"{counted(len(result.warnings), 'warning')}"
        )
        self.stdout.write(f"Next: python manage.py build --study {study.slug}")


def _few_of_each(warnings: Sequence[str]) -> Iterator[str]:
    """Give out the first of those that differ in rows, files and figures alone."""
    kinds = Counter(map(_kind, warnings))
    seen: Counter[str] = Counter()
    for warning in warnings:
        kind = _kind(warning)
        seen[kind] += 1
        if seen[kind] <= _ALIKE:
            yield warning
        if seen[kind] == _ALIKE < kinds[kind]:
            more = kinds[kind] - _ALIKE
            yield f"and {more} more like this; Clips in the admin has all"


def _kind(warning: str) -> str:
    # row 3, some/file.wav: what is to be known
    return re.sub(r"[-+.\d]+", "#", warning.partition(": ")[2] or warning)
