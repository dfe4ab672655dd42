"""The record of a study as JSON, and back."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any, cast

from analysis.study.record import (
    FAMILIES,
    PLAN_KINDS,
    Comparisons,
    Flow,
    Look,
    SequentialPlan,
    StudyRecord,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SCHEMA_VERSION = 1


class StudyRecordError(ValueError):
    """A study's JSON that cannot be read; the message names the key."""


def to_json(record: StudyRecord) -> str:
    """Return the record as JSON text, keys in a fixed order, ending in a newline."""
    plain: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            value = dataclasses.asdict(value)
        elif field.name == "looks":
            value = [dataclasses.asdict(look) for look in value]
        elif field.name in ("declared", "methods"):
            value = dict(value)
        plain[field.name] = value
    return json.dumps(plain, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_json(text: str, *, source: str = "study.json") -> StudyRecord:
    """Return the record of a JSON text as `to_json` writes it.

    Raises StudyRecordError naming ``source`` and the key for anything else: text that
    is no JSON, another schema version, unknown or ill-typed keys.
    """
    try:
        plain = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"{source}: is not JSON: {error}"
        raise StudyRecordError(message) from error
    if not isinstance(plain, dict):
        message = f"{source}: holds {type(plain).__name__}, not an object"
        raise StudyRecordError(message)
    version = plain.pop("schema_version", None)
    if version != SCHEMA_VERSION:
        message = (
            f"{source}: schema_version is {version!r}; this program reads "
            f"{SCHEMA_VERSION}"
        )
        raise StudyRecordError(message)
    return cast("StudyRecord", _build(StudyRecord, plain, source))


def _build(kind: type[Any], plain: object, where: str) -> Any:
    """Return a dataclass from a mapping, each value read by its field's reader."""
    if not isinstance(plain, dict):
        message = f"{where}: holds {plain!r}, not an object"
        raise StudyRecordError(message)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    if strange := sorted(set(plain) - set(fields)):
        message = f"{where}: unknown key {strange[0]!r}; known: {', '.join(fields)}"
        raise StudyRecordError(message)
    values = {
        name: _READERS.get((kind, name), _plain(str(fields[name].type)))(
            value, f"{where}: {name}"
        )
        for name, value in plain.items()
    }
    try:
        return kind(**values)
    except TypeError as error:
        message = f"{where}: {error}"
        raise StudyRecordError(message) from error


def _plain(annotation: str) -> Callable[[object, str], Any]:
    """Return the reader of a plain type by its annotation ('int | None', 'str')."""
    names = {part.strip() for part in annotation.split("|")}
    allowed = tuple(kind for name in names for kind in _TYPES.get(name, ()))

    def read(value: object, where: str) -> Any:
        fits = isinstance(value, allowed) and (
            not isinstance(value, bool) or bool in allowed
        )
        if not fits:
            message = f"{where} is {value!r}: {annotation} is wanted"
            raise StudyRecordError(message)
        return value

    return read


_TYPES: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (float, int),
    "str": (str,),
    "bool": (bool,),
    "None": (type(None),),
    # annotations of literal types, checked by their own readers where they matter
    "PlanKind": (str,),
}


def _names(value: object, where: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return tuple(value)
    message = f"{where} is {value!r}: a list of texts is wanted"
    raise StudyRecordError(message)


def _texts(value: object, where: str) -> Mapping[str, str]:
    if isinstance(value, dict) and all(isinstance(v, str) for v in value.values()):
        return cast("Mapping[str, str]", value)
    message = f"{where} is {value!r}: an object of texts is wanted"
    raise StudyRecordError(message)


def _items(value: object, where: str) -> tuple[tuple[str, str, str], ...] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        message = f"{where} is {value!r}: a list of [item_id, category, method]"
        raise StudyRecordError(message)
    rows = []
    for number, row in enumerate(value):
        names = _names(row, f"{where}[{number}]")
        if len(names) != 3:
            message = f"{where}[{number}] is {row!r}: [item_id, category, method]"
            raise StudyRecordError(message)
        rows.append((names[0], names[1], names[2]))
    return tuple(rows)


def _families(value: object, where: str) -> tuple[str, ...]:
    names = _names(value, where)
    for name in names:
        if name not in FAMILIES:
            message = f"{where}: {name!r} is none of {', '.join(FAMILIES)}"
            raise StudyRecordError(message)
    return names


def _plan(value: object, where: str) -> SequentialPlan | None:
    if value is None:
        return None
    plan: SequentialPlan = _build(SequentialPlan, value, where)
    if plan.kind not in PLAN_KINDS:
        message = f"{where}: kind is {plan.kind!r}, none of {', '.join(PLAN_KINDS)}"
        raise StudyRecordError(message)
    return plan


def _looks(value: object, where: str) -> tuple[Look, ...]:
    if not isinstance(value, list):
        message = f"{where} is {value!r}: a list of looks is wanted"
        raise StudyRecordError(message)
    return tuple(_build(Look, each, f"{where}[{n}]") for n, each in enumerate(value))


def _excluded(value: object, where: str) -> tuple[tuple[str, int], ...]:
    rows: list[Any] = value if isinstance(value, list) else [value]
    for row in rows:
        kinds = [type(each) for each in row] if isinstance(row, list) else []
        if kinds != [str, int]:
            message = f"{where} holds {row!r}: [reason, votes] is wanted"
            raise StudyRecordError(message)
    return tuple((row[0], row[1]) for row in rows)


def _flow(value: object, where: str) -> Flow | None:
    return None if value is None else cast("Flow", _build(Flow, value, where))


_READERS: dict[tuple[type, str], Callable[[object, str], Any]] = {
    (StudyRecord, "categories"): _names,
    (StudyRecord, "method_names"): _names,
    (StudyRecord, "items"): _items,
    (StudyRecord, "comparisons"): lambda value, where: _build(
        Comparisons, value, where
    ),
    (StudyRecord, "looks"): _looks,
    (StudyRecord, "flow"): _flow,
    (StudyRecord, "declared"): _texts,
    (StudyRecord, "methods"): _texts,
    (Comparisons, "families"): _families,
    (Comparisons, "sequential"): _plan,
    (Flow, "excluded"): _excluded,
}
