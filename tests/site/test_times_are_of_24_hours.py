"""A list shows times as the log does."""

from datetime import UTC, datetime

from django.utils.formats import localize


def test_a_time_is_written_without_am_and_pm() -> None:
    assert localize(datetime(2026, 11, 20, 17, 8, tzinfo=UTC)) == "20 Nov 2026, 17:08"
