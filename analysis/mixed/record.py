"""What the mixed model says, as plain records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MixedFit:
    """A logistic mixed model of the votes, fitted by maximum likelihood (Laplace).

    ``names``, ``beta``, ``se``: "intercept", the logit of the ``reference`` method, and
    the other methods' differences from it; an ``se`` is None where the effect has no
    bound. ``sd_*``: deviations of the effects on the logit scale, 0 where the estimate
    is at its bound, None where the votes cannot tell the effect (``note`` says why);
    ``log_sd_se``: standard errors of the logarithms of (worker, video, item). The
    coefficients are conditional on rater, clip and item: they are larger than the
    logits of the table's percentages and no substitute for those. ``loglik`` includes
    all constants.
    """

    names: tuple[str, ...]
    reference: str
    beta: tuple[float, ...]
    se: tuple[float | None, ...]
    sd_worker: float | None
    sd_video: float | None
    sd_item: float | None
    log_sd_se: tuple[float | None, float | None, float | None]
    loglik: float
    votes: int
    converged: bool
    note: str


@dataclass(frozen=True, slots=True)
class LikelihoodRatio:
    """A likelihood-ratio test of nested models: chi-square ``statistic`` on ``df``."""

    name: str
    statistic: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class Components:
    """Deviations on the logit scale for planning: 0 where there is no effect."""

    sd_worker: float
    sd_video: float
    sd_item: float


@dataclass(frozen=True, slots=True)
class MixedReport:
    """The fit by system, the tests, and notes on what could not be had.

    ``tests``: "system" is fitted beside category; "category x system" beside both.
    """

    fit: MixedFit | None
    tests: tuple[LikelihoodRatio, ...]
    notes: tuple[str, ...]

    @property
    def components(self) -> Components | None:
        """Return the variance components, None without a fit."""
        if self.fit is None:
            return None
        return Components(
            self.fit.sd_worker or 0.0, self.fit.sd_video or 0.0, self.fit.sd_item or 0.0
        )
