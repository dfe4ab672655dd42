"""What came of demo clips or stub features says so, in the same words everywhere."""

import pytest

from generation.clip import demo_told


@pytest.mark.parametrize(
    ("is_demo", "is_stub", "whose", "told"),
    [
        (True, False, "", ["DEMO: of demo clips, for trying only."]),
        (False, True, "", ["DEMO: of stub features, for trying only."]),
        (True, True, "", ["DEMO: of demo clips and stub features, for trying only."]),
        (True, False, "seq", ["DEMO: seq: of demo clips, for trying only."]),
        (False, False, "seq", []),
    ],
)
def test_both_reasons_are_told(
    is_demo: bool, is_stub: bool, whose: str, told: list[str]
) -> None:
    assert demo_told(is_demo=is_demo, is_stub=is_stub, whose=whose) == told
