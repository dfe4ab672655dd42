"""The operations on qualification types."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from marketplace import services
from marketplace.documents import parse
from marketplace.errors import invalid
from marketplace.forms import read_question_form
from marketplace.forms.answer_key import check_fits, read_answer_key
from marketplace.models import HIT, QualificationType
from marketplace.operations.paging import page
from marketplace.operations.records import hit_record
from marketplace.operations.registry import Call, operation
from marketplace.operations.requirements import (
    own_qualification_type,
    visible_qualification_type,
)
from marketplace.services.system_types import (
    MADE_AT,
    SYSTEM_LABELS,
    SYSTEM_TYPES,
    SystemType,
)

MAX_WORDS = 50
_FIELDS = {
    "Name": "name",
    "Description": "description",
    "Keywords": "keywords",
    "QualificationTypeStatus": "status",
    "RetryDelayInSeconds": "retry_seconds",
    "AutoGranted": "auto_granted",
    "AutoGrantedValue": "auto_granted_value",
}


@operation("CreateQualificationType", writes=True)
def create_qualification_type(call: Call) -> Mapping[str, Any]:
    made = services.create_qualification_type(call.requester, _values(call), call.now)
    return {"QualificationType": _record(call, made)}


@operation("UpdateQualificationType", writes=True)
def update_qualification_type(call: Call) -> Mapping[str, Any]:
    kind = own_qualification_type(call)
    changed = services.update_qualification_type(kind, _values(call))
    return {"QualificationType": _record(call, changed)}


@operation("GetQualificationType", writes=False)
def get_qualification_type(call: Call) -> Mapping[str, Any]:
    wanted = call.parameters["QualificationTypeId"]
    for kind in SYSTEM_TYPES:
        if kind.type_id == wanted:
            return {"QualificationType": _system_record(kind)}
    return {"QualificationType": _record(call, visible_qualification_type(call))}


@operation("DeleteQualificationType", writes=True)
def delete_qualification_type(call: Call) -> Mapping[str, Any]:
    services.delete_qualification_type(own_qualification_type(call), call.now)
    return {}


@operation("ListQualificationTypes", writes=False)
def list_qualification_types(call: Call) -> Mapping[str, Any]:
    given = call.parameters
    mine = Q(requester=call.requester)
    active = Q(status=QualificationType.Status.ACTIVE)
    found = QualificationType.objects.filter(
        mine if given.get("MustBeOwnedByCaller") else mine | active,
        deleted_at__isnull=True,
    )
    if given["MustBeRequestable"]:
        found = found.filter(active)
    words = _words(given.get("Query", ""))
    for word in words:
        found = found.filter(
            Q(name__icontains=word)
            | Q(description__icontains=word)
            | Q(keywords__icontains=word)
        )
    all_kinds = not (given["MustBeRequestable"] or given.get("MustBeOwnedByCaller"))
    system = [
        _system_record(kind)
        for kind in SYSTEM_TYPES
        if all_kinds and kind.is_found_by(words)
    ]
    return page(
        call,
        found,
        name="QualificationTypes",
        write=lambda kind: _record(call, kind),
        before=system,
    )


@operation("ListHITsForQualificationType", writes=False)
def list_hits_for_qualification_type(call: Call) -> Mapping[str, Any]:
    type_id = call.parameters["QualificationTypeId"]
    if type_id not in SYSTEM_LABELS:
        visible_qualification_type(call)
    hits = (
        HIT.objects.listed()
        .filter(
            requester=call.requester,
            hit_type__in=services.types_asking_for(type_id),
        )
        .select_related("hit_type")
        .prefetch_related("hit_type__requirements")
    )
    return page(call, hits, name="HITs", write=lambda hit: hit_record(call, hit))


def _words(query: str) -> list[str]:
    """The words of a query, each once: all are to be found in a type."""
    words = list(dict.fromkeys(query.split()))
    if len(words) > MAX_WORDS:
        raise invalid(
            f"Parameter Query: it has {len(words)} different words, and at most"
            f" {MAX_WORDS} can be looked for."
        )
    return words


def _values(call: Call) -> dict[str, Any]:
    values = {
        field: call.parameters[name]
        for name, field in _FIELDS.items()
        if name in call.parameters
    }
    return values | _test_values(call.parameters)


def _test_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """The test's fields: all three, as the protocol changes them together, or none."""
    if "Test" not in given:
        # a duration alone means nothing; examples of public tools send it
        if "AnswerKey" in given:
            raise invalid("AnswerKey is of a test: give the Test with it.")
        return {}
    if "TestDurationInSeconds" not in given:
        raise invalid("Test needs TestDurationInSeconds, the time to take it in.")
    form = read_question_form(parse(given["Test"], parameter="Test"))
    if "AnswerKey" in given:
        check_fits(read_answer_key(given["AnswerKey"]), form)
    return {
        "test": given["Test"],
        "test_seconds": given["TestDurationInSeconds"],
        "answer_key": given.get("AnswerKey", ""),
    }


def _record(call: Call, kind: QualificationType) -> dict[str, Any]:
    # who sees another requester's type is not to see what makes its test a test
    own = kind.requester_id == call.requester.pk
    return {
        "QualificationTypeId": kind.type_id,
        "CreationTime": kind.created_at,
        "Name": kind.name,
        "Description": kind.description,
        "Keywords": kind.keywords or None,
        "QualificationTypeStatus": kind.status,
        "Test": (kind.test or None) if own else None,
        "TestDurationInSeconds": kind.test_seconds,
        "AnswerKey": (kind.answer_key or None) if own else None,
        "RetryDelayInSeconds": kind.retry_seconds,
        # False is for the system's own, says the protocol
        "IsRequestable": True,
        "AutoGranted": kind.auto_granted,
        "AutoGrantedValue": kind.auto_granted_value if kind.auto_granted else None,
    }


def _system_record(kind: SystemType) -> dict[str, Any]:
    return {
        "QualificationTypeId": kind.type_id,
        "CreationTime": MADE_AT,
        "Name": kind.name,
        "Description": kind.description,
        "QualificationTypeStatus": QualificationType.Status.ACTIVE,
        "IsRequestable": False,
        "AutoGranted": False,
    }
