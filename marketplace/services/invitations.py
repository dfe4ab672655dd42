"""Invitations: who may open an account while sign-up is closed."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from marketplace.errors import WorkerRefusalError
from marketplace.links import public_link
from marketplace.models import Invitation

MAX_USES = 10_000
_CODE_BYTES = 24


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and its link, which can't be told again."""

    invitation: Invitation
    link: str


def invite(*, uses: int, expires_at: datetime, note: str = "") -> Invited:
    """Make an invitation for `uses` accounts; its code is 192 random bits.

    Raises ValueError for a number of uses out of 1 to 10,000.
    """
    if not 1 <= uses <= MAX_USES:
        message = f"an invitation is for 1 to {MAX_USES} accounts, not for {uses}"
        raise ValueError(message)
    code = secrets.token_urlsafe(_CODE_BYTES)
    made = Invitation.objects.create(
        code_hash=_hash(code), uses=uses, expires_at=expires_at, note=note
    )
    return Invited(made, public_link("sign-up", invitation=code))


def invitation_of(code: str, now: datetime) -> Invitation:
    """The invitation with that code, if it still lets somebody in.

    Raises WorkerRefusalError "not-invited" with the reason in words.
    """
    found = Invitation.objects.filter(code_hash=_hash(code)).first()
    if found is None:
        raise _not_invited("There is no such invitation. Check that the link is whole.")
    if not found.is_active:
        raise _not_invited("This invitation was withdrawn.")
    if found.expires_at <= now:
        raise _not_invited("This invitation has expired.")
    if found.left < 1:
        raise _not_invited("This invitation has been used up.")
    return found


def claim_invitation(code: str, now: datetime) -> Invitation:
    """Use an invitation once, in the transaction that opens the account.

    However many ask at once, no more get in than it is for. Raises WorkerRefusalError
    "not-invited".
    """
    found = invitation_of(code, now)
    taken = Invitation.objects.filter(
        pk=found.pk, is_active=True, used__lt=F("uses")
    ).update(used=F("used") + 1)
    if taken == 0:
        raise _not_invited("This invitation has been used up.")
    return found


def _hash(code: str) -> str:
    # no slow hash is needed: a code is random, not a person's choice
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()


def _not_invited(sentence: str) -> WorkerRefusalError:
    return WorkerRefusalError(
        "not-invited", f"{sentence} Ask those who gave it to you for another one."
    )
