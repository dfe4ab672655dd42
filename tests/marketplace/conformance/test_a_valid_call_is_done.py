"""For each operation on offer, what the model allows is done, and answered by it."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from marketplace.operations import offered
from tests.marketplace.conformance.values import good
from tests.marketplace.conformance.wire import (
    members,
    model,
    parsed,
    send,
    unmodelled,
)
from tests.marketplace.conformance.world import LEFT_OUT, NAMED, SPECIAL, World

few = settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def world(db: None) -> World:
    return World()


def request_for(operation: str, world: World, data: st.DataObject) -> dict[str, Any]:
    """A call that is right in every member; which optional ones it has is drawn."""
    request = SPECIAL[operation](world) if operation in SPECIAL else {}
    shape = model(operation).input_shape
    required = shape.required_members if shape is not None else []
    for name, member in members(operation).items():
        if name in request or (name in LEFT_OUT and name not in required):
            continue
        if name not in required and not data.draw(st.booleans(), label=name):
            continue
        given_by_name = NAMED.get(name)
        request[name] = (
            given_by_name(world)
            if given_by_name is not None
            else data.draw(good(name, member), label=name)
        )
    return request


# it is known and answers, but no question has asked for a file since 2017
DONE = sorted(offered() - {"GetFileUploadURL"})


@pytest.mark.parametrize("operation", DONE)
@few
@given(data=st.data())
def test_a_valid_call_is_done(world: World, operation: str, data: Any) -> None:
    request = request_for(operation, world, data)
    if data.draw(st.booleans(), label="a member that nobody knows"):
        # AWS's JSON services ignore such members
        request["NobodyKnows"] = [{"it": 1}]
    reply = send(operation, json.dumps(request).encode())
    assert reply.status == 200, reply.raw
    assert list(unmodelled(reply.body, model(operation).output_shape)) == []
    assert parsed(operation, reply) == reply.body
