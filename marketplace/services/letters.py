"""Words from workers to requesters, and the answers of those who run the place."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.errors import WorkerRefusalError
from marketplace.models import Letter as LetterToRequester
from marketplace.models import Message, Requester, Worker
from marketplace.services import limits, mail
from marketplace.services.messages import Letter, write_to

MAX_TEXT = 4_000
MAX_SUBJECT = 200
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Word:
    """One side's words in a thread."""

    by_worker: bool
    subject: str
    text: str
    about: str
    at: datetime


def contact(
    worker: Worker, requester: Requester, letter: Letter, now: datetime, *, about: str
) -> LetterToRequester:
    """Keep a worker's letter for the requester, and mail it where there is an address.

    The requester learns the WorkerId alone. Raises WorkerRefusalError (too-many,
    no-requester).
    """
    if not requester.is_active:
        raise WorkerRefusalError(
            "no-requester", "This requester has left the marketplace."
        )
    limits.take(limits.LETTERS, worker.worker_id, now)
    kept = LetterToRequester.objects.create(
        worker=worker,
        requester=requester,
        about=about[:MAX_SUBJECT],
        subject=letter.subject,
        text=letter.text,
        sent_at=now,
    )
    if requester.contact_email and _mailed(kept, requester):
        kept.mailed_at = now
        kept.save(update_fields=["mailed_at"])
    return kept


def answer(letter: LetterToRequester, text: str, now: datetime) -> None:
    """Answer a letter in the requester's name; the worker reads it on the site."""
    subject = f"Re: {letter.subject}"[:300]
    write_to(letter.requester, letter.worker, Letter(subject, text), now)


def thread(worker: Worker, requester: Requester) -> list[Word]:
    """What the two wrote to each other, the newest first."""
    ours = LetterToRequester.objects.filter(worker=worker, requester=requester)
    theirs = Message.objects.filter(worker=worker, requester=requester)
    words = [
        Word(True, each.subject, each.text, each.about, each.sent_at)
        for each in ours.order_by("-pk")[:SHOWN]
    ] + [
        Word(False, each.subject, each.text, "", each.sent_at)
        for each in theirs.order_by("-pk")[:SHOWN]
    ]
    return sorted(words, key=lambda word: word.at, reverse=True)[:SHOWN]


def _mailed(letter: LetterToRequester, requester: Requester) -> bool:
    about = f"About: {letter.about}\n" if letter.about else ""
    return mail.send(
        requester.contact_email,
        f"Worker {letter.worker.worker_id}: {letter.subject}",
        f"Worker {letter.worker.worker_id} wrote to {requester.name}.\n{about}\n"
        f"{letter.text}\n\n"
        "Answer with NotifyWorkers. This mail's own sender reads no answers.\n",
    )
