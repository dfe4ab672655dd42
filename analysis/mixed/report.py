"""The mixed model of a study: the fit by system and the tests of nested models."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.intervals.tails import positive
from analysis.mixed.designs import levels, make_design
from analysis.mixed.fit import FAR, LARGE, fit_design
from analysis.mixed.record import LikelihoodRatio, MixedFit, MixedReport
from analysis.votes import counted

if TYPE_CHECKING:
    from analysis.mixed.designs import Design
    from analysis.mixed.fit import Estimate, Factors
    from analysis.votes import CodedVotes

# where the logit of a method is put whose votes are all alike: within 3e-7 of 0 or 1
HELD = 15.0
# a fitted logit this far out is on its way to no bound
FAR_OUT = 12.0
NAMES = ("raters", "source clips", "items")


def mixed_report(votes: CodedVotes, *, interaction: bool = True) -> MixedReport:
    """Return the fit by system and likelihood-ratio tests of system and interaction.

    Rater, source clip and item have crossed random effects, the item's only where
    items have several votes. "system" compares category + system with category alone,
    "category x system" (unless `interaction` is False) all cells with category +
    system; each is a chi-square with as many degrees as effects more. What the votes
    cannot answer is left out with a note.
    """
    reason = _unfit(votes)
    if reason:
        return MixedReport(None, (), (reason,))
    factors, notes = _factors(votes)
    fit = fit_system(votes)
    if fit is None:
        notes.append(
            "no fit: every method's votes are all alike, and no finite effect gives "
            "such votes"
        )
    tests, more = _tests(votes, factors, interaction=interaction)
    return MixedReport(fit, tests, (*notes, *more))


def fit_system(votes: CodedVotes, *, item: bool | None = None) -> MixedFit | None:
    """Return the fit with system as the one fixed effect, None where there is none.

    The reference is the control, without votes of it the first method with votes.
    ``item``: whether items have an effect; None where their votes can tell it.
    """
    if _unfit(votes):
        return None
    (worker, video, items), _ = _factors(votes)
    factors = worker, video, items if item is None else item and items
    method = np.arange(math.prod(votes.shape)) // len(votes.categories)
    design = make_design(votes, [levels(method)])
    if not design.chosen.any():
        return None
    estimate = fit_design(votes, design, factors, errors=True)
    present = np.flatnonzero(np.bincount(votes.method, minlength=len(votes.methods)))
    last = len(votes.methods) - 1
    reference = last if votes.control is not None and last in present else present[0]
    order = [int(reference), *(int(m) for m in present if m != reference)]
    beta, se = _contrasts(design, estimate, order)
    faults = _faults(design, estimate, factors)
    if estimate.covariance is None and not faults:
        faults.append("the fit did not reach a maximum")
    sds = [sd if used else None for sd, used in zip(estimate.sd, factors, strict=True)]
    return MixedFit(
        names=("intercept", *(votes.methods[code] for code in order[1:])),
        reference=votes.methods[order[0]],
        beta=beta,
        se=(None,) * len(se) if faults else se,
        sd_worker=sds[0],
        sd_video=sds[1],
        sd_item=sds[2],
        log_sd_se=(None,) * 3 if faults else _log_errors(estimate),
        loglik=estimate.loglik,
        votes=len(votes.vote),
        converged=not faults,
        note="; ".join(
            (
                *_held_methods(votes, design, order),
                *_zeros(estimate, factors),
                *faults,
            )
        ),
    )


def _unfit(votes: CodedVotes) -> str:
    """Return why no mixed model can be fitted, or nothing."""
    if not len(votes.vote):
        return "no votes, no mixed model"
    if votes.vote.min() == votes.vote.max():
        kind = "real" if votes.vote[0] else "fake"
        return f"no mixed model: {counted(len(votes.vote), 'vote')}, all of them {kind}"
    for name, codes in (("rater", votes.worker), ("source clip", votes.video)):
        if codes.min() == codes.max():
            return f"no mixed model: one {name} cannot show how {name}s differ"
    return ""


def _factors(votes: CodedVotes) -> tuple[Factors, list[str]]:
    """Return which effects the votes can tell, and why not the others."""
    several = [
        int(np.bincount(codes).max()) > 1
        for codes in (votes.worker, votes.video, votes.item)
    ]
    notes = [
        f"no effect of {name}: none has more than one vote"
        for name, more in zip(NAMES, several, strict=True)
        if not more
    ]
    of_items = np.unique(votes.item).size > np.unique(votes.video).size
    if several[2] and not of_items:
        notes.append("no effect of items: each source clip has one item")
    return (several[0], several[1], several[2] and of_items), notes


def _contrasts(
    design: Design, estimate: Estimate, order: list[int]
) -> tuple[tuple[float, ...], tuple[float | None, ...]]:
    """Return the reference's logit, the others' differences from it, and their SEs."""
    free = [code for code in range(len(design.held)) if design.held[code] is None]
    place = {
        code: column for column, code in enumerate(c for c in free if c in set(order))
    }
    logit = {
        code: float(estimate.beta[place[code]])
        if code in place
        else (HELD if design.held[code] else -HELD)
        for code in order
    }
    beta, se = [logit[order[0]]], [_error(estimate, [(order[0], 1.0)], place)]
    for code in order[1:]:
        beta.append(logit[code] - logit[order[0]])
        se.append(_error(estimate, [(code, 1.0), (order[0], -1.0)], place))
    return tuple(beta), tuple(se)


def _error(
    estimate: Estimate, parts: list[tuple[int, float]], place: dict[int, int]
) -> float | None:
    if estimate.covariance is None or any(code not in place for code, _ in parts):
        return None
    return math.sqrt(
        sum(
            one * two * float(estimate.covariance[place[a], place[b]])
            for a, one in parts
            for b, two in parts
        )
    )


def _log_errors(estimate: Estimate) -> tuple[float | None, float | None, float | None]:
    if estimate.covariance is None:
        return None, None, None
    worker, video, item = (
        None if math.isnan(variance) else math.sqrt(variance)
        for variance in estimate.covariance.diagonal()[-3:]
    )
    return worker, video, item


def _held_methods(votes: CodedVotes, design: Design, order: list[int]) -> list[str]:
    return [
        f"all votes on {votes.methods[code]} are {'real' if vote else 'fake'}: its "
        f"logit has no bound and no standard error; {HELD:.0f} stands for it"
        for code in order
        if (vote := design.held[code]) is not None
    ]


def _zeros(estimate: Estimate, factors: Factors) -> list[str]:
    return [
        f"the deviation between {name} is estimated as 0"
        for name, sd, used in zip(NAMES, estimate.sd, factors, strict=True)
        if used and sd == 0
    ]


def _faults(design: Design, estimate: Estimate, factors: Factors) -> list[str]:
    """Return why an estimate is no maximum; standard errors would mislead there."""
    faults = [
        f"the deviation between {name} has no bound: {sd:.0f} stands for it"
        for name, sd, used in zip(NAMES, estimate.sd, factors, strict=True)
        if used and sd and math.log(sd) >= LARGE
    ]
    if np.abs(design.table @ estimate.beta).max(initial=0.0) > FAR_OUT:
        faults.append(f"a logit has no bound: the fit stops at {FAR:.0f}")
    if not (estimate.converged or faults):
        faults.append("the fit did not converge")
    return faults


def _tests(
    votes: CodedVotes, factors: Factors, *, interaction: bool
) -> tuple[tuple[LikelihoodRatio, ...], list[str]]:
    kinds = np.arange(math.prod(votes.shape))
    method, category = np.divmod(kinds, len(votes.categories))
    rows, columns = levels(category), levels(method)
    models = [("system", [rows, columns])]
    if interaction:
        models.append(("category x system", [rows, columns, levels(kinds)]))
    design = make_design(votes, [rows])
    inner = design, fit_design(votes, design, factors)
    faults = _faults(*inner, factors)
    tests: list[LikelihoodRatio] = []
    notes: list[str] = []
    for name, indicators in models:
        design = make_design(votes, indicators)
        if design.rank == inner[0].rank:
            notes.append(f"no test of {name}: it adds no effect to tell")
            continue
        estimate = fit_design(votes, design, factors, start=inner[1].sd)
        before, faults = faults, _faults(design, estimate, factors)
        if before or faults:
            reasons = dict.fromkeys((*before, *faults))
            notes.append(f"no test of {name}: {'; '.join(reasons)}")
        else:
            tests.append(_ratio(name, inner, (design, estimate)))
            notes += [f"test of {name}: {words}" for words in _held_words(design)]
        inner = design, estimate
    return tuple(tests), notes


def _ratio(
    name: str, inner: tuple[Design, Estimate], outer: tuple[Design, Estimate]
) -> LikelihoodRatio:
    statistic = max(0.0, 2 * (outer[1].loglik - inner[1].loglik))
    df = outer[0].rank - inner[0].rank
    p = positive(float(special.chdtrc(df, statistic)))
    return LikelihoodRatio(name, statistic, df, p)


def _held_words(design: Design) -> list[str]:
    held = sum(vote is not None for vote in design.held)
    out = int((~design.chosen).sum())
    if not held:
        return []
    words = (
        f"left out: {counted(out, 'vote')} in {counted(held, 'level')} of all equal "
        "votes, whose effect has no bound; the chi-square is rough"
    )
    return [words]
