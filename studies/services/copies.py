"""The signed copy of a session's votes that goes along with its last form."""

import json
import uuid
from dataclasses import dataclass

from django.core import signing

from studies.models import Assignment, Vote

COPY_SALT = "studies.copy"


@dataclass(frozen=True, slots=True)
class Copy:
    """The recruiter's copy of a session: (trial, item, question, choice) rows.

    `study` and `rater` say whose it is; they are empty in copies of older versions.
    """

    session: uuid.UUID
    study: str
    rater: str
    votes: tuple[tuple[uuid.UUID, str, str, str], ...]


def read_copy(text: str) -> Copy | None:
    """Read a copy that carries our signature; None for anything else."""
    try:
        body = json.loads(signing.Signer(salt=COPY_SALT).unsign(text))
        return Copy(
            session=uuid.UUID(body["session"]),
            study=str(body.get("study", "")),
            rater=str(body.get("rater", "")),
            votes=tuple(
                (uuid.UUID(trial), str(item), str(question), str(choice))
                for trial, item, question, choice in body["votes"]
            ),
        )
    except (signing.BadSignature, ValueError, KeyError, TypeError):
        return None


def answers_copy(assignment: Assignment) -> str:
    """Return our compact, signed copy of a session's votes for the recruiter to keep.

    Items and trials are named by their opaque keys: it tells no truth. Study and rater
    are in it so that nobody else can hand it in for her own.
    """
    votes = Vote.objects.filter(trial__assignment=assignment).order_by("trial__index")
    rows = [
        [trial.hex, item, question, choice]
        for trial, item, question, choice in votes.values_list(
            "trial__key", "trial__item__key", "question", "choice"
        )
    ]
    body = json.dumps(
        {
            "v": 2,
            "study": assignment.study.slug,
            "rater": assignment.rater,
            "session": assignment.key.hex,
            "votes": rows,
        },
        separators=(",", ":"),
        sort_keys=True,
    )
    return signing.Signer(salt=COPY_SALT).sign(body)
