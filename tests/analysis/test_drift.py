"""Drift within sessions, the order of systems, and the time of day."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.votes import encode_votes
from tests.analysis.courses import DAY, ORDER, WITHIN, checks, study
from tests.analysis.frames import Row, frame

if TYPE_CHECKING:
    from analysis.quality import Diagnostic


def p_of(check: Diagnostic) -> float:
    found = re.search(r"p = ([\d.e+-]+)", check.text)
    assert found, check.text
    return float(found[1])


def test_two_hundred_studies_without_drift_are_not_said_to_drift() -> None:
    found = [checks(*study(seed)) for seed in range(200)]
    for name in (WITHIN, ORDER, DAY):
        flagged = sum(each[name].ok is False for each in found)
        # 0.2 expected at the level of 0.001; three or more have probability 0.001
        assert flagged <= 2, name
        low = np.mean([p_of(each[name]) < 0.05 for each in found])
        # 0.05 and three standard errors of 200 draws
        assert low < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200), name


def test_raters_who_tire_are_found() -> None:
    votes, course = study(1)
    longest = course.groupby("session_id")["position"].transform("max")
    late = (course["position"] > 0.6 * longest).to_numpy(bool)
    random = np.random.default_rng(2)
    # half of the late votes turn to "fake" whatever was shown
    tired = np.where(late & (random.random(len(late)) < 0.5), 0, votes.vote)
    check = checks(dataclasses.replace(votes, vote=tired), course)[WITHIN]
    assert check.ok is False
    found = re.search(
        r"first: ([-+.\d]+) points \(95% interval ([-+.\d]+) to ([-+.\d]+)", check.text
    )
    assert found
    difference, low, high = map(float, found.groups())
    # three quarters of votes were real, half of them no more
    assert -50 < low < difference < high < -20
    assert checks(votes, course)[WITHIN].ok is True


def test_a_night_of_doubters_is_found() -> None:
    votes, course = study(3)
    night = (course["hour"] < 6).to_numpy()
    random = np.random.default_rng(4)
    doubted = np.where(night & (random.random(len(night)) < 0.6), 0, votes.vote)
    check = checks(dataclasses.replace(votes, vote=doubted), course)[DAY]
    assert check.ok is False
    shares = [float(share) for share in re.findall(r"([\d.]+)% at", check.text)]
    assert len(shares) == 4
    assert shares[0] < min(shares[1:]) - 20
    spread = re.search(r"spread ([\d.]+) points", check.text)
    assert spread
    assert float(spread[1]) == pytest.approx(max(shares) - min(shares), abs=0.11)


def test_a_system_that_is_always_shown_last_is_found() -> None:
    votes, course = study(5)
    last = pd.Series(course["position"] + 100.0 * (votes.method == 1))
    course["position"] = last.groupby(votes.worker).rank().astype("Int64")
    check = checks(votes, course)[ORDER]
    assert check.ok is False
    assert re.search(r"to [\d.]+ \(Flow\), not as random order makes it", check.text)
    # what is harder and stands late is no drift of the raters
    assert checks(votes, course)[WITHIN].ok is not False


def placed(orders: list[list[int]]) -> Diagnostic:
    """Return the check of sessions that show the systems in these orders."""
    rows: list[Row] = []
    course: list[tuple[int, int]] = []
    for session, order in enumerate(orders):
        for place, system in enumerate(order, start=1):
            rows.append(("Dog", f"S{system}", f"v{place}", f"r{session}", 1))
            course.append((session, place))
    table = frame(rows).assign(
        session_id=[session for session, _ in course],
        position=[place for _, place in course],
    )
    # the systems in the order of their numbers, whatever came first
    votes = encode_votes(table, methods=[f"S{n}" for n in range(4)])
    return checks(votes, table)[ORDER]


def test_systems_once_per_session_are_compared_as_by_friedman() -> None:
    random = np.random.default_rng(6)
    orders = [random.permutation(4).tolist() for _ in range(15)]
    places = np.argsort(orders, axis=1) + 1
    expected = stats.friedmanchisquare(*places.T)
    check = placed(orders)
    assert f"chi-squared {expected.statistic:,.1f} on 3 df" in check.text
    assert p_of(check) == pytest.approx(expected.pvalue, rel=0.01)


def test_sessions_of_one_length_are_compared_as_by_kruskal_and_wallis() -> None:
    random = np.random.default_rng(7)
    one = random.permutation([0] * 9 + [1] * 6 + [2] * 5)
    groups = [np.flatnonzero(one == system) + 1 for system in range(3)]
    expected = stats.kruskal(*groups)
    # so many sessions in one order are so many times its chi-squared
    check = placed([one.tolist()] * 10)
    assert f"chi-squared {10 * expected.statistic:,.1f} on 2 df" in check.text
    assert "(S0)" in check.text or "(S1)" in check.text
