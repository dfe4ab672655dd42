"""How the sessions of a study are divided among its recruiters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from analysis.votes import counted
from studies.errors import StudyError

MOST = 999_999
"""Sessions that can be asked of one recruiter at a time."""
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


@dataclass(frozen=True, slots=True)
class Share:
    """A recruiter and the sessions asked of it; None: a part of what others leave."""

    recruiter: str
    sessions: int | None = None

    @classmethod
    def read(cls, text: str) -> Self:
        """Read `mturk` or `link=20`; StudyError for anything else."""
        name, has_number, number = text.strip().partition("=")
        if not name:
            raise StudyError(f"{text!r} names no recruiter: write mturk or link=20")
        if not has_number:
            return cls(name)
        if not _NUMBER.fullmatch(number):
            raise StudyError(
                f"{text!r} asks for no number of sessions from 1 to {MOST:,}: write "
                f"{name}=20, or {name} alone for what the others leave"
            )
        return cls(name, int(number))


def read_shares(asked: Sequence[str]) -> tuple[Share, ...]:
    """Read what was asked of each recruiter; StudyError for none, or one twice."""
    shares = tuple(Share.read(text) for text in asked)
    if not shares:
        raise StudyError("no recruiter is named: write mturk, link=20 or several")
    names = [share.recruiter for share in shares]
    for name in names:
        if names.count(name) > 1:
            raise StudyError(f"the recruiter {name} is named twice: name it once")
    return shares


def divide(shares: Sequence[Share], sessions: int) -> tuple[int, ...]:
    """Return the sessions of each share, where the study needs `sessions` in all.

    Numbers are taken as they were given; the others divide the rest evenly.
    """
    given = sum(share.sessions or 0 for share in shares)
    rest = [share for share in shares if share.sessions is None]
    parts = iter(split(max(0, sessions - given), [1] * len(rest)))
    return tuple(
        next(parts) if share.sessions is None else share.sessions for share in shares
    )


def misfits(shares: Sequence[Share], sessions: int) -> list[str]:
    """Say where the numbers that were given do not fit the sessions of the study."""
    given = sum(share.sessions or 0 for share in shares)
    fixed = all(share.sessions is not None for share in shares)
    if given <= sessions and not (fixed and given < sessions):
        return []
    are = "is" if given == 1 else "are"
    text = f"{counted(given, 'session')} {are} asked for, the study needs {sessions}"
    hint = ": name one recruiter without a number, and it takes the rest"
    return [text + hint if given < sessions else text]


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` in the proportion of whole numbers; the parts add up to it.

    What does not divide goes to the largest remainders, the first of equals. Weights
    of nothing but zeros count as equal ones.
    """
    if not weights:
        return []
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total * weight // whole for weight in weights]
    lacking = sorted(
        range(len(weights)), key=lambda index: -(total * weights[index] % whole)
    )
    for index in lacking[: total - sum(parts)]:
        parts[index] += 1
    return parts
