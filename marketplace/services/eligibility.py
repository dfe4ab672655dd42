"""Who may discover, preview and accept which HITs."""

import operator
from collections.abc import Callable, Sequence
from enum import IntEnum

from marketplace.errors import WorkerRefusalError
from marketplace.models import (
    HITType,
    Qualification,
    QualificationType,
    Requirement,
    Worker,
)
from marketplace.services.system_types import SYSTEM_LABELS, Value, values_of


class Action(IntEnum):
    """What a worker does with a HIT; a requirement guards all from some point on."""

    DISCOVER = 0
    PREVIEW = 1
    ACCEPT = 2


_FIRST_GUARDED = {
    Requirement.Guarded.DISCOVER.value: Action.DISCOVER,
    Requirement.Guarded.PREVIEW.value: Action.PREVIEW,
    Requirement.Guarded.ACCEPT.value: Action.ACCEPT,
}
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "LessThan": operator.lt,
    "LessThanOrEqualTo": operator.le,
    "GreaterThan": operator.gt,
    "GreaterThanOrEqualTo": operator.ge,
}


def meets(value: Value | None, requirement: Requirement) -> bool:
    """Whether a qualification's value, None when it is not held, meets a requirement.

    What is not held meets DoesNotExist alone. A country without its subdivision is
    neither in one of that country nor outside it: that is not known.
    """
    comparator = requirement.comparator
    if value is None or comparator == "DoesNotExist":
        return value is None and comparator == "DoesNotExist"
    if comparator == "Exists":
        return True
    wanted = [*requirement.integers, *requirement.countries]
    if comparator in _COMPARE:
        return isinstance(value, int) and _COMPARE[comparator](value, wanted[0])
    return _among(value, wanted) is (comparator in {"EqualTo", "In"})


def _among(value: Value, wanted: Sequence[Value]) -> bool | None:
    """Whether a value is one of those wanted; None when that is not known."""
    if isinstance(value, int):
        return value in wanted
    country, _, subdivision = value.partition("-")
    if value in wanted or country in wanted:
        return True
    within = any(str(locale).startswith(f"{country}-") for locale in wanted)
    return None if within and not subdivision else False


class Standing:
    """A worker's qualifications, read when first asked for; None is a visitor's."""

    def __init__(self, worker: Worker | None) -> None:
        self._worker = worker
        self._values: dict[str, Value] | None = None

    def allows(self, kind: HITType, action: Action) -> bool:
        """Whether the worker meets what the HIT type asks for an action."""
        return all(
            self._worker is not None and meets(self.value(asked.type_id), asked)
            for asked in kind.requirements.all()
            if _FIRST_GUARDED[asked.guarded] <= action
        )

    def missing(self, kind: HITType) -> list[Requirement]:
        """The requirements of a HIT type that the worker does not meet."""
        return [
            asked
            for asked in kind.requirements.all()
            if not meets(self.value(asked.type_id), asked)
        ]

    def value(self, type_id: str) -> Value | None:
        """The value of one qualification; None when it is not held."""
        if self._values is None:
            self._values = {} if self._worker is None else _values(self._worker)
        return self._values.get(type_id)


def check_may(worker: Worker | None, kind: HITType, action: Action) -> None:
    """Raise WorkerRefusalError when the worker may not do it.

    Its reasons are left (the requester's account is closed), blocked, unqualified.
    """
    if not kind.requester.is_active:
        raise WorkerRefusalError(
            "left", "This requester has left the marketplace: their HITs are closed."
        )
    if worker is not None and worker.blocks.filter(requester=kind.requester).exists():
        raise WorkerRefusalError(
            "blocked", "This requester has blocked you: their HITs are not open to you."
        )
    standing = Standing(worker)
    if not standing.allows(kind, action):
        names = ", ".join(sorted({_name(asked) for asked in standing.missing(kind)}))
        raise WorkerRefusalError(
            "unqualified",
            f"You do not meet the qualifications of these HITs: {names}. The page"
            " Qualifications has those that you can ask for."
            if worker is not None
            else "These HITs ask for qualifications. Sign in to see whether they are"
            " open to you.",
        )


def _values(worker: Worker) -> dict[str, Value]:
    values: dict[str, Value] = dict(
        worker.qualifications.filter(status=Qualification.Status.GRANTED).values_list(
            "type__type_id", "value"
        )
    )
    return values | values_of(worker)


def _name(asked: Requirement) -> str:
    if asked.type_id in SYSTEM_LABELS:
        return SYSTEM_LABELS[asked.type_id]
    return QualificationType.objects.get(type_id=asked.type_id).name
