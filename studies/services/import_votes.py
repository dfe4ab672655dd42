"""Votes given elsewhere become a closed study, so that the report prints them."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
from django.db import transaction

from analysis.votes import BatchOptions, counted
from studies.errors import StudyError
from studies.models import (
    Assignment,
    Category,
    Clip,
    Item,
    Study,
    System,
    Trial,
    Vote,
)
from studies.services.designs import get_design
from studies.services.events import note
from studies.services.progress import Progress, Silent
from studies.services.votes_file import digest_of, read_file

CONTROL = "real"
CHOICES = {0: "fake", 1: "real"}
BATCH = 2000


@dataclass(frozen=True, slots=True)
class ImportResult:
    """The study, and how many votes were stored now (0: they all were there).

    `notes` say how the file was read and what was left out.
    """

    study: Study
    stored: int
    known: int
    notes: tuple[str, ...] = ()


def import_votes(
    file: Path,
    *,
    slug: str,
    title: str = "",
    now: datetime,
    options: BatchOptions | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Store a long table of votes as a closed study that only waits for its report.

    `file` is a CSV, plain or gzipped: item_id, category, method, source_video,
    worker_id, vote (1: judged real); the method `Real`, in any case, is the control.
    Or it is the results file of an MTurk batch, read under `options`.
    Categories and methods keep the order of their first appearance, the control last.
    The same votes again store nothing. Raises FaultsError naming line and value when
    the table is bad, StudyError when the slug belongs to anything else.
    """
    if not re.fullmatch(r"[-a-zA-Z0-9_]{1,64}", slug):
        message = f"{slug!r} cannot name a study: use up to 64 letters, digits, - and _"
        raise StudyError(message)
    read = read_file(file, options)
    votes = read.votes
    digest = digest_of(votes)
    with transaction.atomic():
        study, created = Study.objects.get_or_create(
            slug=slug,
            defaults={
                "title": (title or slug)[:128],
                "state": Study.State.CLOSED,
                "is_import": True,
                "seed": 0,
                "reward_usd": Decimal(0),
                "practice_items": 0,
                "catch_items": 0,
                "votes_per_item": int(votes.groupby("item_id").size().mode().iloc[0]),
                "closed_at": now,
                "spec": {
                    "import": {
                        "file": file.name,
                        "votes_sha256": digest,
                        "facts": read.facts,
                    }
                },
            },
        )
        if not created:
            _same_or_error(study, digest, file)
            return ImportResult(study, stored=0, known=len(votes), notes=read.notes)
        _store(study, votes, now, progress or Silent())
        note(
            study,
            "imported",
            f"{counted(len(votes), 'vote')} imported from {file.name}",
            file=file.name,
            votes=len(votes),
            votes_sha256=digest,
            **({"notes": list(read.notes)} if read.notes else {}),
        )
    return ImportResult(study, stored=len(votes), known=0, notes=read.notes)


def _same_or_error(study: Study, digest: str, file: Path) -> None:
    imported = study.spec.get("import", {}) if study.is_import else {}
    if imported.get("votes_sha256") == digest:
        return
    held = (
        f"holds other votes, from {imported.get('file', 'a file')}"
        if study.is_import
        else "is not an import"
    )
    raise StudyError(
        f"study {study.slug!r} exists and {held}: import {file.name} under another "
        "--study name"
    )


def _store(
    study: Study, votes: pd.DataFrame, now: datetime, progress: Progress
) -> None:
    items = _store_items(study, votes)
    sessions = _store_sessions(study, votes, now)
    turns = votes.groupby("worker_id", observed=True).cumcount()
    question = get_design(study.design).truth_question
    progress.start(len(votes), "votes")
    for start in range(0, len(votes), BATCH):
        rows = votes.iloc[start : start + BATCH]
        turn = turns.iloc[start : start + BATCH]
        trials = Trial.objects.bulk_create(_trials(rows, turn, items, sessions, now))
        Vote.objects.bulk_create(
            Vote(
                trial=trial,
                question=question,
                choice=CHOICES[judged_real],
                client_uuid=uuid.uuid5(trial.key, question),
                source=Vote.Source.IMPORT,
                received_at=now,
            )
            for trial, judged_real in zip(trials, rows["vote"], strict=True)
        )
        progress.step(len(rows))
    progress.done()


def _store_items(study: Study, votes: pd.DataFrame) -> dict[str, Item]:
    categories = {
        category.name: category
        for category in Category.objects.bulk_create(
            Category(study=study, name=name, order=order)
            for order, name in enumerate(_seen(votes["category"]))
        )
    }
    systems = {
        system.name: system
        for system in System.objects.bulk_create(
            System(study=study, name=name, order=order, is_real=_is_control(name))
            for order, name in enumerate(_seen(votes["method"]))
        )
    }
    videos = votes[["source_video", "category"]].astype(str)
    firsts = videos.drop_duplicates("source_video").itertuples(index=False, name=None)
    clips = {
        clip.key: clip
        for clip in Clip.objects.bulk_create(
            [
                Clip(study=study, key=key, category=categories[category], order=order)
                for order, (key, category) in enumerate(firsts)
            ],
            batch_size=BATCH,
        )
    }
    counts = votes["item_id"].astype(str).value_counts()
    rows = votes[["item_id", "category", "method", "source_video"]].astype(str)
    rows = rows.drop_duplicates("item_id")
    items = Item.objects.bulk_create(
        [
            Item(
                study=study,
                key=key,
                kind=Item.Kind.SCORED,
                clip=clips[video],
                category=categories[category],
                system=systems[method],
                truth=CHOICES[_is_control(method)],
                order=order,
                places=int(counts[key]),
                taken=int(counts[key]),
            )
            for order, (key, category, method, video) in enumerate(
                rows.itertuples(index=False, name=None)
            )
        ],
        batch_size=BATCH,
    )
    return {item.key: item for item in items}


def _store_sessions(
    study: Study, votes: pd.DataFrame, now: datetime
) -> dict[str, Assignment]:
    """Store one finished, used session per worker; nothing is paid here."""
    sessions = Assignment.objects.bulk_create(
        [
            Assignment(
                study=study,
                rater=f"import:{worker}",
                external_id=worker,
                state=Assignment.State.APPROVED,
                used=True,
                started_at=now,
                last_seen_at=now,
                deadline=now,
                completed_at=now,
                submitted_at=now,
                decided_at=now,
            )
            for worker in _seen(votes["worker_id"])
        ],
        batch_size=BATCH,
    )
    return {session.external_id: session for session in sessions}


def _trials(
    votes: pd.DataFrame,
    turns: Iterable[int],
    items: dict[str, Item],
    sessions: dict[str, Assignment],
    now: datetime,
) -> Iterator[Trial]:
    pairs = zip(votes["item_id"], votes["worker_id"], turns, strict=True)
    for item_id, worker, turn in pairs:
        item, session = items[str(item_id)], sessions[str(worker)]
        yield Trial(
            assignment=session,
            item=item,
            index=turn,
            kind=Item.Kind.SCORED,
            state=Trial.State.ANSWERED,
            study_id=session.study_id,
            rater=session.rater,
            clip_id=item.clip_id,
            shown_at=now,
            # who met what was decided elsewhere: some designs repeat a clip
            allocated_here=False,
        )


def _seen(values: pd.Series) -> list[str]:
    return [str(value) for value in values.unique()]


def _is_control(method: str) -> bool:
    return method.casefold() == CONTROL
