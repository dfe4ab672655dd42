"""The report's sentence on raters who stand out counts them in words that fit."""

from dataclasses import replace

import pytest

from analysis.render.background import raters_section
from tests.analysis.scenes import report


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 raters of 11 stand out in one way or more. "),
        (1, "1 rater of 11 stands out in one way or more. "),
        (2, "2 raters of 11 stand out in one way or more. "),
    ],
)
def test_one_stands_out_and_two_stand_out(count: int, told: str) -> None:
    whole = report(("Dog",), ("Flow",))
    raters = tuple(
        replace(rater, odd=("always real",) if place < count else ())
        for place, rater in enumerate(whole.quality.raters)
    )
    found = replace(whole, quality=replace(whole.quality, raters=raters))
    assert raters_section(found).paragraphs[0].startswith(told)
