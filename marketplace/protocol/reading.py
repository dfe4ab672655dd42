"""Reading a call's body: JSON to parameters, every value checked.

botocore's own validator checks types, required members and minima. Patterns, maxima
and enumerations of the model, which clients do not check, and the numeric bounds of
the legacy reference, which the model lacks, are checked here.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NoReturn

from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator

from marketplace.errors import invalid

YEAR = 31_536_000
MANY = 1_000_000_000
NUMBER_BOUNDS = {
    "LifetimeInSeconds": (30, YEAR),
    "AssignmentDurationInSeconds": (30, YEAR),
    "AutoApprovalDelayInSeconds": (0, 2_592_000),
    "MaxAssignments": (1, MANY),
    "NumberOfAdditionalAssignments": (1, MANY),
    "RetryDelayInSeconds": (0, MANY),
    "TestDurationInSeconds": (1, YEAR),
}
LENGTH_BOUNDS = {
    "Title": 128,
    "Description": 2_000,
    "Keywords": 1_000,
    "RequesterAnnotation": 255,
    "RequesterFeedback": 1_024,
    "Reason": 1_024,
    "QualificationRequirements": 10,
    "Name": 200,
    "Subject": 200,
    "MessageText": 4_096,
    "WorkerIds": 100,
}


class MalformedBodyError(Exception):
    """A body that is not one JSON object: the protocol's SerializationException."""


def read_parameters(body: bytes, operation: OperationModel) -> dict[str, Any]:
    """The call's parameters; timestamps become datetimes in UTC.

    Raises MalformedBodyError, or RequestError InvalidParameterValue naming every
    faulty member.
    """
    given = _read_object(body)
    shape = operation.input_shape
    if shape is None:
        return {}
    parameters: dict[str, Any] = _convert(given, shape, "")
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        raise invalid(report.generate_report())
    faults = list(_faults(parameters, shape, ""))
    if faults:
        raise invalid(" ".join(faults))
    return parameters


def _read_object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body or b"{}", parse_constant=_refuse_constant)
        # half a surrogate pair is JSON, but no text that can be stored or sent back
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        message = f"The body is not JSON: {error}"
        raise MalformedBodyError(message) from error
    if not isinstance(given, dict):
        message = "The body is not a JSON object."
        raise MalformedBodyError(message)
    return given


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is not a JSON number"
    raise ValueError(message)


def _convert(value: Any, shape: Shape, path: str) -> Any:
    """The value with its timestamps read and members that are null left out."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {
            name: _convert(member, shape.members[name], f"{path}.{name}")
            if name in shape.members
            else member
            for name, member in value.items()
            if member is not None
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_convert(item, shape.member, path) for item in value]
    if shape.type_name == "timestamp":
        return _moment(value, path)
    return value


def _moment(value: Any, path: str) -> datetime:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, tz=UTC)
        except (OverflowError, ValueError, OSError):
            pass
    raise invalid(f"Parameter {path[1:]}: {value!r} is not a time in epoch seconds.")


def _faults(value: Any, shape: Shape, path: str) -> Iterator[str]:
    name = path.rpartition(".")[2]
    if isinstance(shape, StructureShape):
        for member, item in value.items():
            yield from _faults(item, shape.members[member], f"{path}.{member}")
        return
    yield from _size_faults(value, name, path[1:])
    if isinstance(shape, ListShape):
        for index, item in enumerate(value):
            yield from _faults(item, shape.member, f"{path}[{index}]")
    elif shape.type_name == "string":
        yield from _text_faults(value, shape, path[1:])
    else:
        yield from _number_faults(value, shape, path[1:])


def _size_faults(value: Any, name: str, path: str) -> Iterator[str]:
    if name in NUMBER_BOUNDS:
        low, high = NUMBER_BOUNDS[name]
        if not low <= value <= high:
            yield f"Parameter {path}: {value} is not between {low} and {high}."
    elif name in LENGTH_BOUNDS and len(value) > LENGTH_BOUNDS[name]:
        yield (
            f"Parameter {path}: its length is {len(value)},"
            f" at most {LENGTH_BOUNDS[name]} is allowed."
        )


def _text_faults(value: str, shape: Shape, path: str) -> Iterator[str]:
    pattern = shape.metadata.get("pattern")
    maximum = shape.metadata.get("max")
    choices = shape.metadata.get("enum")
    if maximum is not None and len(value) > maximum:
        yield f"Parameter {path}: its length is {len(value)}, at most {maximum}."
    if pattern is not None and not re.fullmatch(pattern.strip("^$"), value):
        yield f"Parameter {path}: {value[:80]!r} does not match {pattern}."
    if choices and value not in choices:
        yield f"Parameter {path}: {value[:80]!r} is none of {', '.join(choices)}."
    # no database and no XML document takes this one
    if "\x00" in value:
        yield f"Parameter {path}: it contains a NUL character."


def _number_faults(value: Any, shape: Shape, path: str) -> Iterator[str]:
    if shape.type_name in {"integer", "long"}:
        if isinstance(value, bool):
            yield f"Parameter {path}: {value} is not a number."
            return
        limit = 2**31 if shape.type_name == "integer" else 2**63
        maximum = shape.metadata.get("max", limit - 1)
        if value > maximum:
            yield f"Parameter {path}: {value} is more than {maximum}."
        if value < -limit:
            yield f"Parameter {path}: {value} is less than {-limit}."
