"""Every format of a report of what is hardly a study."""

from __future__ import annotations

import dataclasses
import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.render import STUDY_FORMATS, render_study, study_files
from analysis.report import ReportOptions, study_report
from analysis.study import Comparisons, StudyRecord
from tests.analysis.frames import Row, cell_rows, frame, spread

if TYPE_CHECKING:
    import pandas as pd

OPTIONS = ReportOptions(mixed=True, compare_paper=True, replicates=50)
RECORD = StudyRecord(
    title="T", comparisons=Comparisons(margin_pp=5.0, baseline="Seq", declared=True)
)


def all_alike(vote: int) -> list[Row]:
    return [
        (category, method, f"{category}{video}", f"r{(video + seat) % 12}", vote)
        for category in ("Dog", "Rain")
        for method in ("Seq", "Flow", "Real")
        for video in range(12)
        for seat in range(3)
    ]


ODD: dict[str, list[Row]] = {
    "no vote": [],
    "one vote": [("Dog", "Seq", "v", "r", 1)],
    "one rater": [
        ("Dog", m, f"v{n}", "r", n % 2) for m in ("Seq", "Real") for n in range(9)
    ],
    "one clip": [
        ("Dog", m, "v", f"{m}{n}", n % 2) for m in ("Seq", "Real") for n in range(9)
    ],
    "all real": all_alike(1),
    "all fake": all_alike(0),
    "no control": cell_rows("Dog", "Seq", spread(50, 30)),
    "control alone": cell_rows("Dog", "Real", spread(50, 30)),
    "no clip in common": [
        *cell_rows("Dog", "Seq", spread(50, 30)),
        *cell_rows("Rain", "Flow", spread(50, 30)),
    ],
    "unequal votes": [
        *cell_rows("Dog", "Seq", spread(50, 30)),
        *cell_rows("Dog", "Flow", spread(50, 30))[:-7],
        *cell_rows("Dog", "Real", spread(80, 30))[3:],
    ],
}


@pytest.mark.parametrize("name", ODD)
def test_every_format_says_what_can_be_said(name: str) -> None:
    report = study_report(frame(ODD[name]), RECORD, options=OPTIONS)
    for format in STUDY_FORMATS:
        text = render_study(report, format)
        assert not re.search(r"\b(nan|NaN|inf)\b|\bNone\b(?! [a-z])", text)
    assert study_files(report)


def numbers(votes: pd.DataFrame) -> list[str]:
    """Return the report's figures without any name of a rater, clip or item."""
    report = study_report(votes, RECORD, options=ReportOptions(replicates=50))
    quality = report.quality
    records: list[Any] = [
        *report.table.cells,
        *(report.contrasts.contrasts if report.contrasts else ()),
        *report.detections,
        *report.patterns,
    ]
    told: list[object] = [dataclasses.astuple(each) for each in records]
    told += [(each.pairwise, each.alpha, each.ac1) for each in report.agreements]
    told += sorted(
        (each.votes, each.real, round(each.agreement or 0, 9))
        for each in quality.raters
    )
    told += [(each.method, each.average, each.shifted) for each in quality.sensitivity]
    # a sum of floats may end otherwise in its last bits
    return [repr(_rounded(each)) for each in told]


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return f"{value:.9g}"
    if isinstance(value, tuple):
        return tuple(_rounded(each) for each in value)
    return value


@st.composite
def crossed(draw: st.DrawFn) -> pd.DataFrame:
    """Return votes of up to 14 raters on up to 12 clips, many missing."""
    random = Random(draw(st.integers(0, 2**32)))
    raters, clips = draw(st.integers(1, 14)), draw(st.integers(1, 12))
    keen = draw(st.floats(0, 1))
    rows: list[Row] = [
        (
            category,
            method,
            f"{category}{clip}",
            f"r{rater}",
            int(random.random() < keen),
        )
        for category in ("Dog", "Rain")
        for method in ("Seq", "Flow", "Real")
        for clip in range(clips)
        for rater in range(raters)
        if random.random() < 0.3
    ]
    return frame(rows)


@given(crossed(), st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_rows_changes_no_byte(votes: pd.DataFrame, seed: int) -> None:
    record = dataclasses.replace(
        RECORD, categories=("Dog", "Rain"), method_names=("Seq", "Flow", "Real")
    )
    shuffled = votes.sample(frac=1, random_state=seed)
    options = ReportOptions(replicates=50)
    for format in ("text", "json"):
        first = render_study(study_report(votes, record, options=options), format)
        second = render_study(study_report(shuffled, record, options=options), format)
        assert first == second


@given(crossed())
@settings(max_examples=15, deadline=None)
def test_other_names_change_no_figure(votes: pd.DataFrame) -> None:
    named = votes.copy()
    for column in ("worker_id", "source_video", "item_id"):
        named[column] = [f"Ω{name[::-1]}" for name in votes[column]]
    assert numbers(named) == numbers(votes)
