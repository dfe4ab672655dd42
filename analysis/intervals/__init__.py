"""Intervals for shares of votes that share raters and source videos."""

from analysis.intervals.bootstrap import Bootstrap, bootstrap_cells
from analysis.intervals.choice import (
    DEGENERATE,
    FEW,
    FEW_CLUSTERS,
    KINDS,
    Interval,
    Kind,
    choose_intervals,
    method_name,
)
from analysis.intervals.contrast import Difference, average_difference
from analysis.intervals.joint import JointMoments, joint_moments
from analysis.intervals.moments import Moments, cluster_moments
from analysis.intervals.proportions import clopper_pearson, wilson
from analysis.intervals.references import (
    agresti_coull,
    binomial_test,
    jeffreys,
    wald,
    wilson_corrected,
)
from analysis.intervals.samples import Sample, Samples, sample_cells

__all__ = [
    "DEGENERATE",
    "FEW",
    "FEW_CLUSTERS",
    "KINDS",
    "Bootstrap",
    "Difference",
    "Interval",
    "JointMoments",
    "Kind",
    "Moments",
    "Sample",
    "Samples",
    "agresti_coull",
    "average_difference",
    "binomial_test",
    "bootstrap_cells",
    "choose_intervals",
    "clopper_pearson",
    "cluster_moments",
    "jeffreys",
    "joint_moments",
    "method_name",
    "sample_cells",
    "wald",
    "wilson",
    "wilson_corrected",
]
