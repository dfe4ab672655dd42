"""Where nobody watches, a bar moves seldom: a log of a long run stays short."""

import time
from collections.abc import Iterator

import pytest

from generation.arguments.progress import bar


def slowly() -> Iterator[int]:
    for number in range(100):
        time.sleep(0.006)
        yield number


def test_a_bar_in_a_log_is_written_at_its_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert list(bar(slowly(), 100, label="clips", unit="clip")) == list(range(100))
    told = capsys.readouterr().err
    # six tenths of a second would be six strokes on a terminal
    assert told.count("\r") <= 3
    assert "100/100" in told
