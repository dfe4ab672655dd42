"""For each operation, each member: what the model does not allow is refused by name."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.model import ListShape, Shape, StructureShape
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from marketplace.operations import offered
from marketplace.shapes import service
from tests.marketplace import shop
from tests.marketplace.conformance.values import of_another_type, out_of_bounds
from tests.marketplace.conformance.wire import model, send

TURK = "RequestError", "AWS.MechanicalTurk.InvalidParameterValue"
JSON = "SerializationException", ""
Path = tuple[str | int, ...]

few = settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def _lab(db: None) -> None:
    shop.requester()


@dataclass(frozen=True, slots=True)
class Fault:
    """A place in a call, what is put there (nothing: it is taken out), the error."""

    path: Path
    bad: st.SearchStrategy[Any] | None
    refused: tuple[str, str]


def faults(shape: Shape | None, path: Path = ()) -> Iterator[Fault]:
    """Everything that can be wrong in a call of that shape, down to its leaves."""
    if shape is None:
        return
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    yield Fault(path, of_another_type(shape), JSON)
    for values in out_of_bounds(name, shape) if path else ():
        yield Fault(path, values, TURK)
    if isinstance(shape, StructureShape):
        for member in shape.required_members:
            yield Fault((*path, member), None, TURK)
            yield Fault((*path, member), st.none(), TURK)
        for member, below in shape.members.items():
            yield from faults(below, (*path, member))
    elif isinstance(shape, ListShape):
        yield from faults(shape.member, (*path, 0))


def sound(shape: Shape, path: Path) -> Any:
    """A value of the shape that passes all checks, and reaches down to `path`."""
    if isinstance(shape, StructureShape):
        return {
            name: sound(below, path[1:] if path[:1] == (name,) else ())
            for name, below in shape.members.items()
            if name in {*shape.required_members, *path[:1]}
        }
    if isinstance(shape, ListShape):
        return [sound(shape.member, path[1:])]
    if "pattern" in shape.metadata:
        return "0.05" if "." in shape.metadata["pattern"] else "A1"
    if shape.metadata.get("enum"):
        return shape.metadata["enum"][0]
    text = "X" * shape.metadata.get("min", 1)
    return {"string": text, "boolean": True, "timestamp": 0}.get(shape.type_name, 60)


def spoilt(whole: Any, path: Path, value: Any, *, drop: bool) -> Any:
    """`whole` with what is at `path` replaced or taken out."""
    if not path:
        return value
    step, *rest = path
    if drop and not rest:
        return {name: below for name, below in whole.items() if name != step}
    copy: Any = dict(whole) if isinstance(whole, dict) else list(whole)
    copy[step] = spoilt(whole[step], tuple(rest), value, drop=drop)
    return copy


@pytest.mark.usefixtures("_lab")
@pytest.mark.parametrize("operation", sorted(offered()))
@few
@given(data=st.data())
def test_every_fault_is_refused_as_what_it_is(operation: str, data: Any) -> None:
    shape = model(operation).input_shape
    assert shape is not None
    for fault in faults(shape):
        value = data.draw(fault.bad) if fault.bad is not None else None
        request = spoilt(
            sound(shape, fault.path), fault.path, value, drop=fault.bad is None
        )
        reply = send(operation, json.dumps(request).encode())
        found = reply.kind, reply.body.get("TurkErrorCode", "")
        assert (reply.status, found) == (400, fault.refused), (fault.path, value)
        wrong = [step for step in fault.path if isinstance(step, str)]
        assert not wrong or wrong[-1] in reply.raw.decode(), (fault.path, value)
        assert len(reply.raw) < 2_000


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from(
                ["HITId", "Question", "WorkerIds", "Reward", "NextToken"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@pytest.mark.usefixtures("_lab")
@settings(few, max_examples=60)
@given(operation=st.sampled_from(service().operation_names), value=_json)
def test_no_json_is_a_servers_error(operation: str, value: Any) -> None:
    reply = send(operation, json.dumps(value).encode())
    assert reply.status in {200, 400}
    assert reply.body or reply.raw == b"{}"
    assert b"Traceback" not in reply.raw


@pytest.mark.usefixtures("_lab")
@settings(few, max_examples=30)
@given(operation=st.sampled_from(service().operation_names), body=st.binary())
def test_no_bytes_are_a_servers_error(operation: str, body: bytes) -> None:
    assert send(operation, body).status in {200, 400}


@pytest.mark.usefixtures("_lab")
@settings(few, max_examples=20)
@given(name=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
def test_no_other_operation_is_known(name: str) -> None:
    assert name not in service().operation_names
    reply = send(name, b"{}")
    assert (reply.status, reply.kind) == (400, "UnknownOperationException")
