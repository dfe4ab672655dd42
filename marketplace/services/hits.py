"""Publishing HITs and changing what was published."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from marketplace import money
from marketplace.errors import (
    RequestError,
    hit_state,
    invalid,
    qualification_type_deleted,
)
from marketplace.forms import QuestionForm
from marketplace.models import (
    HIT,
    HITType,
    QualificationType,
    Requester,
    Requirement,
)
from marketplace.questions import Asked, ExternalQuestion, HTMLQuestion
from marketplace.services import funds
from marketplace.services.locks import lock_hit
from marketplace.services.notices import Event, note, note_state
from marketplace.services.tokens import claim

CREATE_HIT = "CreateHIT"
MAX_PLACES = 1_000_000_000
"""Of a HIT, however often it is extended (AWS, CreateHIT: MaxAssignments)."""


@dataclass(frozen=True, slots=True)
class RequirementDraft:
    """What a HIT type asks of one qualification; fields as in the table."""

    type_id: str
    comparator: str
    integers: tuple[int, ...]
    countries: tuple[str, ...]
    guarded: str


@dataclass(frozen=True, slots=True)
class TypeDraft:
    """What makes a HIT type; two with equal values are one type."""

    title: str
    description: str
    keywords: str
    reward_cents: int
    assignment_seconds: int
    auto_approval_seconds: int
    requirements: tuple[RequirementDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class HITDraft:
    """What a new HIT is to be, beside its type."""

    question: str
    page: Asked
    max_assignments: int
    lifetime: timedelta
    annotation: str
    token: str | None


@transaction.atomic
def create_hit_type(requester: Requester, draft: TypeDraft) -> HITType:
    """The requester's HIT type with these values, made when there is none."""
    values = asdict(draft)
    asked = values.pop("requirements")
    # nothing is added where nothing is asked: older types keep their fingerprints
    identity = {**values, "requirements": asked} if asked else values
    canonical = json.dumps(identity, sort_keys=True)
    hit_type, created = HITType.objects.get_or_create(
        requester=requester,
        fingerprint=sha256(canonical.encode()).hexdigest(),
        defaults=values,
    )
    if created:
        Requirement.objects.bulk_create(
            Requirement(hit_type=hit_type, **one) for one in asked
        )
    return hit_type


def types_asking_for(type_id: str) -> QuerySet[HITType]:
    """The HIT types with a requirement on that qualification type."""
    asking = Requirement.objects.filter(type_id=type_id)
    return HITType.objects.filter(pk__in=asking.values("hit_type"))


@transaction.atomic
def create_hit(
    requester: Requester, hit_type: HITType, draft: HITDraft, now: datetime
) -> HIT:
    """Publish a HIT and hold the money for all its places.

    Raises RequestError: InsufficientFunds, InvalidQualificationTypeState (the type
    asks for a deleted one), or HitAlreadyExists with the id of the HIT that was made
    under the same token within 24 hours.
    """
    _check_types_asked_for(hit_type)
    hit = HIT(
        requester=requester,
        hit_type=hit_type,
        question=draft.question,
        **_shown(draft.page),
        max_assignments=draft.max_assignments,
        annotation=draft.annotation,
        created_at=now,
        expires_at=now + draft.lifetime,
    )
    earlier = claim(requester, CREATE_HIT, draft.token, result_id=hit.hit_id, now=now)
    if earlier is not None:
        raise RequestError(
            "HitAlreadyExists",
            f"The HIT with ID {earlier} already exists: it was created with the"
            f' UniqueRequestToken "{draft.token}".',
        )
    hit.save()
    funds.hold_for_free_places(hit, now)
    note(Event.HIT_CREATED, hit, now)
    return hit


@transaction.atomic
def extend_hit(hit: HIT, places: int, now: datetime) -> None:
    """Add places.

    Raises RequestError: InvalidMaximumAssignmentsIncrease, InvalidParameterValue,
    InvalidHITState, InsufficientFunds.

    A HIT of fewer than ten places can't grow to ten or more: it would cross into the
    higher fee.
    """
    hit = lock_hit(hit.pk)
    _check_not_disposed(hit, now)
    total = hit.max_assignments + places
    if hit.max_assignments < money.MANY_ASSIGNMENTS <= total:
        raise RequestError(
            "InvalidMaximumAssignmentsIncrease",
            f"HIT {hit.hit_id} was created with fewer than"
            f" {money.MANY_ASSIGNMENTS} assignments and can't be extended to"
            f" {money.MANY_ASSIGNMENTS} or more; it has {hit.max_assignments}, and"
            f" {places} more were asked for.",
        )
    # while it is expired nothing is held for its places, so money sets no bound
    if total > MAX_PLACES:
        raise invalid(
            f"Parameter NumberOfAdditionalAssignments: HIT {hit.hit_id} would have"
            f" {total} assignments, and {MAX_PLACES} are the most there can be."
        )
    hit.max_assignments = total
    hit.reviewing = False
    hit.save(update_fields=["max_assignments", "reviewing"])
    funds.hold_for_free_places(hit, now)
    note(Event.HIT_EXTENDED, hit, now)
    note_state(hit, now)


@transaction.atomic
def set_expiration(hit: HIT, expires_at: datetime, now: datetime) -> None:
    """Move a HIT's expiration; a time in the past means now.

    Raises RequestError: InvalidHITState, InsufficientFunds.
    """
    hit = lock_hit(hit.pk)
    _check_not_disposed(hit, now)
    later = expires_at > max(hit.expires_at, now)
    hit.expires_at = max(expires_at, now)
    if expires_at > now:
        hit.reviewing = False
    hit.save(update_fields=["expires_at", "reviewing"])
    funds.hold_for_free_places(hit, now)
    if later:
        note(Event.HIT_EXTENDED, hit, now)
    note_state(hit, now)


@transaction.atomic
def delete_hit(hit: HIT, now: datetime) -> None:
    """Dispose a HIT that is reviewable and has nothing left to review."""
    hit = lock_hit(hit.pk)
    status = hit.status(now)
    if status not in {"Reviewable", "Reviewing"} or hit.submitted:
        raise hit_state(status, "Reviewing, Reviewable")
    dispose(hit, now)


def dispose(hit: HIT, at: datetime) -> None:
    """End a HIT that has nothing left to review; call it under the HIT's lock."""
    hit.disposed_at = at
    hit.save(update_fields=["disposed_at"])
    funds.hold_for_free_places(hit, at)
    note(Event.HIT_DISPOSED, hit, at)


@transaction.atomic
def set_reviewing(hit: HIT, now: datetime, *, reviewing: bool) -> None:
    """Move a HIT between Reviewable and Reviewing."""
    hit = lock_hit(hit.pk)
    status = hit.status(now)
    needed = "Reviewable" if reviewing else "Reviewing"
    if status != needed:
        raise hit_state(status, needed)
    hit.reviewing = reviewing
    hit.save(update_fields=["reviewing"])
    funds.hold_for_free_places(hit, now)


@transaction.atomic
def change_type(hit: HIT, hit_type: HITType, now: datetime) -> None:
    """Give a HIT another type; the free places are held at the new price.

    While workers hold places the reward must stay: a returned place could not be paid.
    """
    hit = lock_hit(hit.pk)
    _check_not_disposed(hit, now)
    _check_types_asked_for(hit_type)
    if hit.pending and hit.hit_type.reward_cents != hit_type.reward_cents:
        raise RequestError(
            "InvalidHITState",
            f"The reward of HIT {hit.hit_id} can't change while workers hold"
            f" {hit.pending} of its assignments.",
        )
    hit.hit_type = hit_type
    hit.save(update_fields=["hit_type"])
    funds.hold_for_free_places(hit, now)


def _shown(page: Asked) -> dict[str, Any]:
    """The fields of a HIT that say how its question is shown."""
    match page:
        case ExternalQuestion():
            return {"external_url": page.url, "frame_height": page.frame_height}
        case HTMLQuestion():
            return {"question_kind": HIT.Kind.HTML, "frame_height": page.frame_height}
        case QuestionForm():
            return {"question_kind": HIT.Kind.FORM}


def _check_types_asked_for(hit_type: HITType) -> None:
    asked = hit_type.requirements.values("type_id")
    deleted = QualificationType.objects.filter(
        type_id__in=asked, deleted_at__isnull=False
    ).first()
    if deleted is not None:
        raise qualification_type_deleted(deleted.type_id)


def _check_not_disposed(hit: HIT, now: datetime) -> None:
    status = hit.status(now)
    if status == "Disposed":
        raise hit_state(status, "Assignable, Unassignable, Reviewable, Reviewing")
