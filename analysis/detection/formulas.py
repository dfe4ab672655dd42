"""Signal detection from counts: sensitivity d', criterion c, and their slopes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy import special


@dataclass(frozen=True, slots=True)
class Counts:
    """Votes "real" on ``signals`` control clips and on ``noise`` generated ones."""

    hits: int
    signals: int
    false_alarms: int
    noise: int

    @property
    def corrected(self) -> tuple[float, float]:
        """Return the hit and false-alarm rates by the log-linear correction.

        Half a vote of either kind more in both: always applied, so that rates of 0
        and 1 have a z and no count is treated unlike another. Source: M. J. Hautus,
        Behavior Research Methods, Instruments & Computers 27 (1995) 46-51.
        """
        return (
            (self.hits + 0.5) / (self.signals + 1),
            (self.false_alarms + 0.5) / (self.noise + 1),
        )

    @property
    def dprime(self) -> float:
        """Return z(hit rate) - z(false-alarm rate)."""
        hit, false_alarm = (float(special.ndtri(rate)) for rate in self.corrected)
        return hit - false_alarm

    @property
    def criterion(self) -> float:
        """Return -(z(hit rate) + z(false-alarm rate)) / 2."""
        hit, false_alarm = (float(special.ndtri(rate)) for rate in self.corrected)
        return -(hit + false_alarm) / 2

    @property
    def slopes(self) -> tuple[float, float]:
        """Return the derivatives of both z by the uncorrected rates."""
        hit, false_alarm = self.corrected
        return (
            self.signals / (self.signals + 1) / _density(hit),
            self.noise / (self.noise + 1) / _density(false_alarm),
        )

    @property
    def se_iid(self) -> float:
        """Return the standard error of d' for independent votes.

        At the corrected rates and the uncorrected numbers of votes. Source: V.
        Gourevitch and E. Galanter, Psychometrika 32 (1967) 25-33.
        """
        hit, false_alarm = self.corrected
        return math.sqrt(
            _z_variance(hit, self.signals) + _z_variance(false_alarm, self.noise)
        )


def dprime_2afc(share: float) -> float:
    """Return d' when the real clip of a pair is found in such a share of trials.

    sqrt(2) z(share); negative below a half. Raises ValueError for a share that is not
    between 0 and 1, where d' is not finite.
    """
    if not 0 < share < 1:
        message = f"share {share} has no finite d': it must lie between 0 and 1"
        raise ValueError(message)
    return math.sqrt(2) * float(special.ndtri(share))


def _density(rate: float) -> float:
    """Return the standard normal density at the z of a rate."""
    z = float(special.ndtri(rate))
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _z_variance(rate: float, votes: int) -> float:
    return rate * (1 - rate) / (votes * _density(rate) ** 2)
