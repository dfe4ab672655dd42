"""QualificationRequirements as the protocol writes them, and the types they name."""

import re
from collections.abc import Mapping
from typing import Any

from marketplace import ids
from marketplace.errors import invalid, qualification_type_unknown
from marketplace.models import QualificationType, Requirement
from marketplace.operations.registry import Call
from marketplace.services import RequirementDraft
from marketplace.services.system_types import LOCALE, SYSTEM_LABELS

MAX_INTEGERS = 15
MAX_LOCALES = 30
_NO_VALUE = ("Exists", "DoesNotExist")
_SEVERAL = ("In", "NotIn")
_EQUALITY = ("EqualTo", "NotEqualTo")


def own_qualification_type(call: Call) -> QualificationType:
    """The qualification type the call names; another requester's does not exist."""
    found = visible_qualification_type(call)
    if found.requester_id != call.requester.pk:
        raise qualification_type_unknown(found.type_id)
    return found


def visible_qualification_type(call: Call) -> QualificationType:
    """The qualification type the call names, whoever owns it."""
    type_id = call.parameters["QualificationTypeId"]
    found = QualificationType.objects.filter(
        type_id=type_id, deleted_at__isnull=True
    ).first()
    if found is None:
        raise qualification_type_unknown(type_id)
    return found


def read_requirements(given: Mapping[str, Any]) -> tuple[RequirementDraft, ...]:
    """The requirements of a call, checked.

    Several countries with EqualTo or NotEqualTo are read as In or NotIn, which is what
    clients mean by it. Raises RequestError: InvalidParameterValue naming the
    requirement, QualificationTypeDoesNotExist.
    """
    return tuple(
        _read(asked, f"QualificationRequirements[{index}]")
        for index, asked in enumerate(given.get("QualificationRequirements", ()))
    )


def requirement_record(asked: Requirement) -> dict[str, Any]:
    """A requirement of a HIT as the protocol writes it."""
    return {
        "QualificationTypeId": asked.type_id,
        "Comparator": asked.comparator,
        "IntegerValues": asked.integers or None,
        "LocaleValues": [_locale(code) for code in asked.countries] or None,
        "RequiredToPreview": asked.guarded != Requirement.Guarded.ACCEPT,
        "ActionsGuarded": asked.guarded,
    }


def _read(asked: Mapping[str, Any], path: str) -> RequirementDraft:
    type_id = asked["QualificationTypeId"]
    types = QualificationType.objects.filter(type_id=type_id, deleted_at__isnull=True)
    if type_id not in SYSTEM_LABELS and not types.exists():
        raise qualification_type_unknown(type_id)
    integers = tuple(asked.get("IntegerValues", ()))
    countries = tuple(_country(value, path) for value in asked.get("LocaleValues", ()))
    fault = _value_fault(asked, len(integers), len(countries))
    if fault:
        raise invalid(f"Parameter {path}: {fault}")
    comparator = asked["Comparator"]
    if len(countries) > 1 and comparator in _EQUALITY:
        comparator = "In" if comparator == "EqualTo" else "NotIn"
    return RequirementDraft(
        type_id=type_id,
        comparator=comparator,
        integers=integers,
        countries=countries,
        guarded=_guarded(asked, path),
    )


def _value_fault(asked: Mapping[str, Any], integers: int, countries: int) -> str:
    """What is wrong with the number and kind of the values; empty when nothing is."""
    comparator = asked["Comparator"]
    if comparator in _NO_VALUE:
        return f"{comparator} takes no values." if integers or countries else ""
    if asked["QualificationTypeId"] == LOCALE:
        if comparator not in (*_EQUALITY, *_SEVERAL):
            return f"A locale can't be compared by {comparator}."
        if integers or not 1 <= countries <= MAX_LOCALES:
            return f"A locale is compared with 1 to {MAX_LOCALES} LocaleValues."
        return ""
    most = MAX_INTEGERS if comparator in _SEVERAL else 1
    if countries or not 1 <= integers <= most:
        return f"{comparator} takes IntegerValues, {most} at most and 1 at least."
    return ""


def _country(value: Mapping[str, Any], path: str) -> str:
    """The locale as it is kept: US, or US-CA with a subdivision."""
    country: str = value["Country"]
    if not re.fullmatch(ids.COUNTRY_PATTERN, country):
        raise invalid(
            f"Parameter {path}: {country!r} is not a country's code of two capitals."
        )
    if "Subdivision" not in value:
        return country
    subdivision: str = value["Subdivision"]
    if not re.fullmatch(ids.SUBDIVISION_PATTERN, subdivision):
        raise invalid(
            f"Parameter {path}: {subdivision[:80]!r} is not a subdivision's code of ISO"
            " 3166-2 without the country's, such as CA."
        )
    return f"{country}-{subdivision}"


def _locale(code: str) -> dict[str, str | None]:
    country, _, subdivision = code.partition("-")
    return {"Country": country, "Subdivision": subdivision or None}


def _guarded(asked: Mapping[str, Any], path: str) -> str:
    if "ActionsGuarded" not in asked:
        to_preview = asked.get("RequiredToPreview", False)
        guarded = Requirement.Guarded
        return guarded.PREVIEW.value if to_preview else guarded.ACCEPT.value
    if "RequiredToPreview" in asked:
        raise invalid(
            f"Parameter {path}: give ActionsGuarded or RequiredToPreview, not both."
        )
    value: str = asked["ActionsGuarded"]
    return value
