"""The line that advance prints counts as people do."""

from studies.services.advance_result import AdvanceResult


def test_one_is_not_many() -> None:
    result = AdvanceResult(state="Live", expired=1, paid=2, extras=1)
    assert (
        result.text()
        == "Live: 1 session given up, 2 sessions paid, 1 extra payment made"
    )


def test_nothing_is_said_to_be_nothing() -> None:
    assert AdvanceResult(state="Closed").text() == "Closed: nothing to do"
