"""A p value is never exactly 0, however far the votes lie from the null hypothesis."""

from __future__ import annotations

import re

import numpy as np
import pytest

from analysis.contrasts import cochran_q, mcnemar, sign_flip
from analysis.intervals import binomial_test
from analysis.intervals.differences import tost, two_sided
from analysis.pairs.shares import binomial_p
from analysis.quality.diagnostics import diagnose
from analysis.sequential import stagewise_p
from analysis.votes import encode_votes
from tests.analysis.frames import Row, frame


@pytest.mark.parametrize(
    "p",
    [
        two_sided(60.0),
        tost(0.0, 1e-4, 0.5),
        # 2 ** -1999 is below the smallest float
        sign_flip(np.ones(2000, np.int64)).p,
        sign_flip(np.array([1] * 4000 + [-1, 2])).p,
        binomial_test(0, 2000),
        binomial_p(0, 2000),
        mcnemar("Seq", "Flow", ((0, 0), (2000, 0))).exact_p,
        mcnemar("Seq", "Flow", ((0, 0), (2000, 0))).chi2_p,
        cochran_q(np.array([[True] * 2000, [False] * 2000, [False] * 2000]), ("a",)).p,
        stagewise_p("obrien-fleming", 3, number=1, z=-60.0),
    ],
)
def test_what_is_too_small_for_a_float_is_the_smallest_one(p: float) -> None:
    assert 0 < p < 1e-300


def test_a_check_of_the_study_prints_no_p_of_nothing() -> None:
    # every rater met one method alone
    rows: list[Row] = [
        ("Dog", method, f"v{clip}", f"{method}{clip % 3}", 1)
        for method in ("Seq", "Flow")
        for clip in range(1200)
    ]
    (mix,) = (
        check
        for check in diagnose(encode_votes(frame(rows)))
        if check.name == "mix of methods per rater"
    )
    assert not mix.ok
    assert "p < 0.0001)" in mix.text
    assert not re.search(r"p = 0\b(?!\.)", mix.text)
