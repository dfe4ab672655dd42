"""The logistic mixed model with crossed raters, source clips and items."""

from analysis.mixed.gee import ExchangeableFit, fit_exchangeable
from analysis.mixed.layout import Layout
from analysis.mixed.record import Components, LikelihoodRatio, MixedFit, MixedReport
from analysis.mixed.report import fit_system, mixed_report
from analysis.mixed.simulate import SimulatedDesign, marginal_logits, simulate_votes

__all__ = [
    "Components",
    "ExchangeableFit",
    "Layout",
    "LikelihoodRatio",
    "MixedFit",
    "MixedReport",
    "SimulatedDesign",
    "fit_exchangeable",
    "fit_system",
    "marginal_logits",
    "mixed_report",
    "simulate_votes",
]
