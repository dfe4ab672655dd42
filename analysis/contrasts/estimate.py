"""The difference of two methods in one row: its size, its error and its tests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from analysis.contrasts.clips import share_differences
from analysis.contrasts.record import CLUSTERED, RANDOM_SIGNS, SIGN_FLIP
from analysis.contrasts.signflip import REPLICATES, SignFlip, sign_flip
from analysis.intervals.clips import ClipVotes, clip_votes
from analysis.intervals.differences import two_sided
from analysis.intervals.joint import JointMoments, few_clusters, joint_moments
from analysis.votes import counted

if TYPE_CHECKING:
    from analysis.votes import CodedVotes


@dataclass(frozen=True, slots=True)
class Estimate:
    """A difference of two methods' shares; the fields are those of `Contrast`."""

    difference: float
    se: float | None
    p_clustered: float | None
    p_signflip: float | None
    test: str
    p: float | None
    videos: int
    unpaired: int
    note: str

    def interval(self, alpha: float) -> tuple[float | None, float | None]:
        """Return the clustered z interval at level 1 - alpha, within [-1, 1]."""
        if self.se is None:
            return None, None
        half = float(special.ndtri(1 - alpha / 2)) * self.se
        return max(-1.0, self.difference - half), min(1.0, self.difference + half)


@dataclass(frozen=True, slots=True)
class Source:
    """The sums over votes that every comparison draws on."""

    joint: JointMoments
    clips: ClipVotes
    categories: tuple[str, ...]
    seed: int

    @classmethod
    def of(cls, votes: CodedVotes, *, seed: int) -> Source:
        """Return the sums of a votes frame; ``seed`` serves random signs."""
        return cls(joint_moments(votes), clip_votes(votes), votes.categories, seed)

    def estimate(self, category: int | None, one: int, other: int) -> Estimate | None:
        """Return one method's share minus another's; None where nothing is shared.

        ``category``: a code, or None for the mean over the categories with votes on
        both methods. In a category the sign-flip decides, which is exact; over all of
        them the clustered z, which weighs the categories alike as the average row
        does and allows for raters who each favour some method, unless there is no
        variance or too few clusters.
        """
        rows = range(len(self.categories)) if category is None else (category,)
        counts = self.joint.totals.votes
        shared = [c for c in rows if counts[one, c] and counts[other, c]]
        if not shared:
            return None
        single = [c for c in rows if bool(counts[one, c]) != bool(counts[other, c])]
        clips = self.clips.within(category)
        met = clips.votes[one] > 0, clips.votes[other] > 0
        both = met[0] & met[1]
        either = (met[0] | met[1]) & np.isin(clips.category, shared)
        se, trouble = self._error(one, other, shared, int(np.count_nonzero(either)))
        videos = int(np.count_nonzero(both))
        unpaired = int(np.count_nonzero(met[0] ^ met[1]))
        difference = self._difference(one, other, shared)
        flip = self._flip(clips, one, other, both) if videos else None
        p_clustered = None if se is None else two_sided(difference / se)
        by_clusters = category is None and se is not None
        p_signflip = None if flip is None else flip.p
        return Estimate(
            difference=difference,
            se=se,
            p_clustered=p_clustered,
            p_signflip=p_signflip,
            test=CLUSTERED if by_clusters else _flip_name(flip),
            p=p_clustered if by_clusters else p_signflip,
            videos=videos,
            unpaired=unpaired,
            note="; ".join(
                (*self._left_out(single, unpaired, videos), *trouble, *_drawn(flip))
            ),
        )

    def _difference(self, one: int, other: int, shared: list[int]) -> float:
        totals = self.joint.totals
        parts = (
            Fraction(*totals.of(one, c)) - Fraction(*totals.of(other, c))
            for c in shared
        )
        return float(sum(parts, Fraction()) / len(shared))

    def _error(
        self, one: int, other: int, shared: list[int], clips: int
    ) -> tuple[float | None, list[str]]:
        """Return the clustered standard error, or None and why there is none."""
        width = len(self.categories)
        share = 1 / len(shared)
        weights = {one * width + c: share for c in shared}
        weights |= {other * width + c: -share for c in shared}
        raters = self.joint.rater_count(list(weights))
        if few := few_clusters(raters, clips, len(shared)):
            return None, [few]
        variance = self.joint.variances(weights).twoway
        if variance == 0:
            return None, ["no variance to estimate: no clustered error"]
        return math.sqrt(variance), []

    def _flip(
        self, clips: ClipVotes, one: int, other: int, both: np.ndarray
    ) -> SignFlip:
        pair = [(clips.real[m][both], clips.votes[m][both]) for m in (one, other)]
        return sign_flip(share_differences(pair[0], pair[1])[0], seed=self.seed)

    def _left_out(self, single: list[int], unpaired: int, videos: int) -> list[str]:
        told = []
        if single:
            names = ", ".join(self.categories[c] for c in single)
            told.append(f"without {names}, where one of the two has no votes")
        if unpaired:
            kept = counted(videos, "clip") if videos else "no clip"
            told.append(
                f"{kept} with votes on both; sign-flip leaves out "
                f"{unpaired:,} with votes on one"
            )
        return told


def _flip_name(flip: SignFlip | None) -> str:
    return SIGN_FLIP if flip is None or flip.exact else RANDOM_SIGNS


def _drawn(flip: SignFlip | None) -> list[str]:
    if flip is None or flip.exact:
        return []
    return [
        f"votes per clip too uneven for exact sign-flips: {REPLICATES:,} random ones"
    ]
