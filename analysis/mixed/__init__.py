"""The logistic mixed model with crossed raters, source clips and items."""

from analysis.mixed.simulate import SimulatedDesign, marginal_logits, simulate_votes

__all__ = ["SimulatedDesign", "marginal_logits", "simulate_votes"]
