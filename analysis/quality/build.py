"""From votes to what is said of raters and of the study's course."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from analysis.quality.beside import Sessions, Times, answer_times, rater_sessions
from analysis.quality.diagnostics import diagnose
from analysis.quality.drift import drift
from analysis.quality.influence import leave_one_out
from analysis.quality.latent import dawid_skene
from analysis.quality.odd import Evidence, odd_reasons
from analysis.quality.peers import Floats, Peers, compare_peers
from analysis.quality.record import QualityReport, RaterProfile

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study import StudyRecord
    from analysis.votes import CodedVotes

# the model only describes raters: further steps would fit it to the noise of those
# with few votes, and cost seconds on a million votes
STEPS = 100
TOLERANCE = 1e-4
# digits that stopped iterations can vouch for, whatever the order of the rows
DIGITS = 6


def quality(
    votes: CodedVotes,
    frame: pd.DataFrame | None = None,
    *,
    record: StudyRecord | None = None,
    sessions: pd.DataFrame | None = None,
    average: str = "Average",
) -> QualityReport:
    """Return profiles of the raters, their influence, and checks of the study.

    ``frame``: the frame the votes were coded from. Its ``seconds``, if it has any, are
    the times of the answers; its session_id, position and hour allow the checks of
    `drift`. ``record`` says what was planned. ``sessions`` has worker_id and any of
    catch_right, catch_asked and minutes, summed per rater. ``average`` names the row
    the influence is on. Raises ValueError for frames that do not fit the votes.
    Nothing here changes or excludes a vote.
    """
    times = answer_times(votes, frame)
    facts = rater_sessions(votes, sessions)
    peers = compare_peers(votes)
    return QualityReport(
        raters=_profiles(votes, peers, times, facts),
        sensitivity=leave_one_out(votes, average=average),
        diagnostics=(*diagnose(votes, record), *drift(votes, frame)),
        seconds=times.seconds,
        rate_spread=peers.spread(),
    )


def _profiles(
    votes: CodedVotes, peers: Peers, times: Times, facts: Sessions
) -> tuple[RaterProfile, ...]:
    is_control = np.array([name == votes.control for name in votes.methods], bool)
    kind = is_control[votes.method] * 2 + votes.vote
    counts = np.bincount(votes.worker * 4 + kind, minlength=votes.workers * 4)
    fakes, reals, control_fakes, control_reals = counts.reshape(-1, 4).T
    total, real = counts.reshape(-1, 4).sum(axis=1), reals + control_reals
    reasons = odd_reasons(
        Evidence(
            votes=total,
            real=real,
            peers=peers,
            timed=times.answers,
            seconds=times.median,
            catch_right=facts.catch_right,
            catch_asked=facts.catch_asked,
        )
    )
    columns = zip(
        votes.worker_names,
        total.tolist(),
        real.tolist(),
        reals.tolist(),
        (reals + fakes).tolist(),
        control_reals.tolist(),
        (control_reals + control_fakes).tolist(),
        *(
            _known(values)
            for values in (
                peers.agreement,
                peers.expected,
                peers.rate_z(),
                times.median,
                *_latent(votes, peers),
                facts.catch_right,
                facts.catch_asked,
                facts.minutes,
            )
        ),
        strict=True,
    )
    profiles = [
        RaterProfile(
            worker=row[0],
            votes=row[1],
            real=row[2],
            rate=row[2] / row[1],
            real_generated=row[3],
            generated=row[4],
            real_control=row[5],
            controls=row[6],
            agreement=row[7],
            expected=row[8],
            rate_z=row[9],
            seconds_median=row[10],
            sensitivity=row[11],
            specificity=row[12],
            catch_right=None if row[13] is None else int(row[13]),
            catch_asked=None if row[14] is None else int(row[14]),
            minutes=row[15],
            odd=reasons.get(code, ()),
        )
        for code, row in enumerate(columns)
        if row[1]
    ]
    return tuple(sorted(profiles, key=lambda rater: (-rater.votes, rater.worker)))


def _known(values: Floats) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


def _latent(votes: CodedVotes, peers: Peers) -> tuple[Floats, Floats]:
    """Return sensitivity and specificity of each rater; NaN without common items."""
    unknown = np.full(votes.workers, np.nan)
    if not peers.compared.any():
        return unknown, unknown
    model = dawid_skene(
        votes.vote, votes.item, votes.worker, iterations=STEPS, tolerance=TOLERANCE
    )
    compared = peers.compared > 0
    found = []
    for values in (model.sensitivity, model.specificity):
        whole = unknown.copy()
        whole[: len(values)] = np.round(values, DIGITS)
        found.append(np.where(compared, whole, np.nan))
    return found[0], found[1]
