"""Differences between methods that were judged on the same clips."""

from analysis.contrasts.compare import compare
from analysis.contrasts.majority import cochran_q, mcnemar
from analysis.contrasts.multiplicity import benjamini_hochberg, bonferroni, holm
from analysis.contrasts.record import (
    CLUSTERED,
    LOOKS,
    CochranQ,
    Contrast,
    ContrastReport,
    Equivalence,
    MajorityTest,
)
from analysis.contrasts.signflip import SignFlip, sign_flip

__all__ = [
    "CLUSTERED",
    "LOOKS",
    "CochranQ",
    "Contrast",
    "ContrastReport",
    "Equivalence",
    "MajorityTest",
    "SignFlip",
    "benjamini_hochberg",
    "bonferroni",
    "cochran_q",
    "compare",
    "holm",
    "mcnemar",
    "sign_flip",
]
