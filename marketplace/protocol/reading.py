"""Reading a call's body: JSON to parameters, every value checked.

botocore's own validator checks types, required members and minima. Patterns, maxima
and enumerations of the model, which clients do not check, and the numeric bounds of
the legacy reference, which the model lacks, are checked here. As AWS's JSON services
do, members that the model does not know are ignored, and a value of another JSON type
than the member's is a SerializationException.
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
    # the reference has no bound for this one; each word is looked for by itself
    "Query": 1_000,
}


_JSON_TYPES: dict[str, tuple[type, ...]] = {
    "structure": (dict,),
    "list": (list,),
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "boolean": (bool,),
    "timestamp": (int, float),
}
_KINDS = {
    dict: "an object",
    list: "an array",
    str: "a string",
    int: "a number",
    float: "a number",
    bool: "a boolean",
    type(None): "null",
}


class MalformedBodyError(Exception):
    """A body that is no JSON object of the shape's: SerializationException."""


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
    """The value with its timestamps read; members null or unknown are left out."""
    _check_json_type(value, shape, path)
    if isinstance(shape, StructureShape):
        return {
            name: _convert(value[name], member, f"{path}.{name}")
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if isinstance(shape, ListShape):
        return [
            _convert(item, shape.member, f"{path}[{index}]")
            for index, item in enumerate(value)
        ]
    if shape.type_name == "timestamp":
        return _moment(value, path)
    return value


def _check_json_type(value: Any, shape: Shape, path: str) -> None:
    wanted = _JSON_TYPES[shape.type_name]
    # to Python, not to JSON, true is a number
    if not isinstance(value, wanted) or (
        isinstance(value, bool) and bool not in wanted
    ):
        message = (
            f"Parameter {path[1:]}: {_KINDS[type(value)]} is no {shape.type_name}."
        )
        raise MalformedBodyError(message)


def _moment(value: float, path: str) -> datetime:
    try:
        return datetime.fromtimestamp(value, tz=UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise invalid(
            f"Parameter {path[1:]}: {str(value)[:40]} is not a time in epoch seconds."
        ) from error


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
        limit = 2**31 if shape.type_name == "integer" else 2**63
        maximum = shape.metadata.get("max", limit - 1)
        if value > maximum:
            yield f"Parameter {path}: {value} is more than {maximum}."
        if value < -limit:
            yield f"Parameter {path}: {value} is less than {-limit}."
