"""Values for the members of a call, good and bad: the model's bounds and the spec's."""

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, Shape, StructureShape
from hypothesis import strategies as st

YEAR = 31_536_000
# CreateHIT, legacy reference of 2014-08-15, and the developer guide's limits
NUMBERS = {
    "LifetimeInSeconds": (30, YEAR),
    "AssignmentDurationInSeconds": (30, YEAR),
    "AutoApprovalDelayInSeconds": (0, 2_592_000),
    "MaxAssignments": (1, 1_000_000_000),
    "NumberOfAdditionalAssignments": (1, 1_000_000_000),
}
LENGTHS = {
    "Title": 128,
    "Description": 2_000,
    "Keywords": 1_000,
    "RequesterAnnotation": 255,
    "Subject": 200,
    "MessageText": 4_096,
    "WorkerIds": 100,
    "QualificationRequirements": 10,
}
LOCALE = "00000000000000000071"
APPROVED = "00000000000000000040"

_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
_cents = st.integers(1, 200).map(lambda cents: f"{cents // 100}.{cents % 100:02d}")
_number = st.fixed_dictionaries(
    {
        "QualificationTypeId": st.just(APPROVED),
        "Comparator": st.sampled_from(["LessThan", "GreaterThan", "EqualTo", "In"]),
        "IntegerValues": st.lists(st.integers(0, 100), min_size=1, max_size=1),
    }
)
_locale = st.fixed_dictionaries(
    {
        "QualificationTypeId": st.just(LOCALE),
        "Comparator": st.sampled_from(["EqualTo", "NotEqualTo", "In", "NotIn"]),
        "LocaleValues": st.lists(
            st.sampled_from(["DE", "US", "JP"]).map(lambda code: {"Country": code}),
            min_size=1,
            max_size=3,
        ),
    },
    optional={
        "ActionsGuarded": st.sampled_from(
            ["Accept", "PreviewAndAccept", "DiscoverPreviewAndAccept"]
        )
    },
)
_FREE: dict[str, st.SearchStrategy[Any]] = {
    "MaxAssignments": st.integers(1, 30),
    "NumberOfAdditionalAssignments": st.integers(1, 6),
    "IntegerValue": st.integers(0, 100),
    "AutoGrantedValue": st.integers(0, 100),
    "Reward": _cents,
    "BonusAmount": _cents,
    "QualificationRequirements": st.lists(_number | _locale, max_size=3),
}


def good(name: str, shape: Shape) -> st.SearchStrategy[Any]:
    """Values that the member takes, whatever else the call says."""
    if name in _FREE:
        return _FREE[name]
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name == "timestamp":
        return st.integers(0, 4_000_000_000)
    if shape.type_name in {"integer", "long"}:
        low, high = NUMBERS.get(name, (0, 1_000_000_000))
        return st.integers(
            shape.metadata.get("min", low), shape.metadata.get("max", high)
        )
    if isinstance(shape, ListShape):
        return st.lists(good(name, shape.member), max_size=3)
    if shape.metadata.get("enum"):
        return st.sampled_from(shape.metadata["enum"])
    assert shape.type_name == "string", name
    most = min(LENGTHS.get(name, 60), 60)
    return _text.map(lambda text: (text or "x")[:most])


_JSON_OF = {
    "structure": (dict,),
    "list": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "timestamp": (int, float),
}
_SAMPLES: list[Any] = [0, 1, -1.5, "1", "", True, False, [], ["x"], {}, {"x": 1}]


def of_another_type(shape: Shape) -> st.SearchStrategy[Any]:
    """JSON that is not of the member's type."""
    right = _JSON_OF[shape.type_name]
    return st.sampled_from(
        [each for each in _SAMPLES if type(each) not in right]  # a bool is no number
    )


def out_of_bounds(name: str, shape: Shape) -> Iterator[st.SearchStrategy[Any]]:
    """Values of the right type that the member does not take, kind after kind."""
    low, high = NUMBERS.get(name, (None, None))
    low, high = shape.metadata.get("min", low), shape.metadata.get("max", high)
    if shape.type_name in {"integer", "long"}:
        limit = 2 ** (31 if shape.type_name == "integer" else 63)
        yield st.integers(min_value=(limit if high is None else high + 1))
        yield st.integers(max_value=(-limit - 1 if low is None else low - 1))
    elif shape.type_name == "timestamp":
        yield st.integers(min_value=10**15)
    elif isinstance(shape, ListShape):
        if name in LENGTHS:
            filler = {"Comparator": "Exists", "QualificationTypeId": LOCALE}
            item: Any = filler if isinstance(shape.member, StructureShape) else "A1"
            yield st.just([item] * (LENGTHS[name] + 1))
    elif shape.type_name == "string":
        yield from _bad_texts(name, shape)


def _bad_texts(name: str, shape: Shape) -> Iterator[st.SearchStrategy[Any]]:
    most = LENGTHS.get(name, shape.metadata.get("max"))
    if most is not None:
        filler = "A" if "pattern" in shape.metadata else "x"
        yield st.integers(1, 50).map(lambda more: filler * (most + more))
    if shape.metadata.get("min"):
        yield st.just("")
    if "pattern" in shape.metadata:
        pattern = re.compile(shape.metadata["pattern"].strip("^$"))
        yield _text.filter(lambda text: not pattern.fullmatch(text))
    if shape.metadata.get("enum"):
        yield _text.filter(lambda text: text not in shape.metadata["enum"])
    yield st.just("with a \x00 in it")
