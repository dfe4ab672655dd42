"""How often something may be done: counted in the database, so by all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from marketplace.errors import WorkerRefusalError
from marketplace.models import Attempt

_SALT = "marketplace.limits"
KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `number` of a kind in any `window`, which is no longer than KEPT.

    `what` says in words of what there were too many.
    """

    kind: str
    number: int
    window: timedelta
    what: str


SIGN_UPS = Limit("sign-up", 40, timedelta(hours=1), "new accounts from your network")
SIGN_UP_TRIES = Limit(
    "sign-up-try",
    200,
    timedelta(hours=1),
    "tries to open an account from your network",
)
GUESSES = Limit("guess", 50, timedelta(minutes=15), "wrong passwords from your network")
KEYS = Limit(
    "key", 100, timedelta(minutes=15), "wrong signatures under one key from one network"
)
OLD_PASSWORDS = Limit(
    "old-password", 10, timedelta(minutes=15), "wrong passwords for your account"
)
RESETS = Limit("reset", 5, timedelta(hours=1), "requests for that address")
RESETS_BY_NETWORK = Limit(
    "reset-network", 20, timedelta(hours=1), "such requests from your network"
)
VERIFICATIONS = Limit("verify", 3, timedelta(hours=1), "mails to verify your address")
LETTERS = Limit("letter", 10, timedelta(hours=1), "letters of yours")


def take(limit: Limit, subject: str | None, now: datetime) -> None:
    """Count one more of a kind for a subject: an address, a name, a WorkerId.

    None is nobody in particular, and not limited. Raises WorkerRefusalError "too-many"
    when there were as many as may be; what is refused does not count.
    """
    if subject is None:
        return
    Attempt.objects.filter(made_at__lte=now - KEPT).delete()
    # written first, counted then: of two at once neither overlooks the other
    mine = Attempt.objects.create(
        kind=limit.kind, subject=_hidden(limit, subject), made_at=now
    )
    if _count(limit, subject, now) > limit.number:
        mine.delete()
        raise _too_many(limit)


def check(limit: Limit, subject: str | None, now: datetime) -> None:
    """Raise WorkerRefusalError "too-many" if a `take` would; counts nothing."""
    if subject is not None and _count(limit, subject, now) >= limit.number:
        raise _too_many(limit)


def _count(limit: Limit, subject: str, now: datetime) -> int:
    return Attempt.objects.filter(
        kind=limit.kind,
        subject=_hidden(limit, subject),
        made_at__gt=now - limit.window,
    ).count()


def _hidden(limit: Limit, subject: str) -> str:
    return salted_hmac(_SALT, f"{limit.kind} {subject}").hexdigest()[:32]


def _too_many(limit: Limit) -> WorkerRefusalError:
    minutes = int(limit.window.total_seconds() // 60)
    while_ = "an hour" if minutes == 60 else f"{minutes} minutes"
    return WorkerRefusalError(
        "too-many", f"There were too many {limit.what}. Try again in {while_}."
    )
